# make            build both libraries
# make demo       play TextOps (ENGINE=sqlite or postgres), installing what is missing
# make check      every test on both engines
# make install    install the PostgreSQL extension and the SQLite library
# make bench      what the rules cost, beside tables without them and rules written by hand
# make docs       regenerate what docs/ takes from the code; `make check` fails when it is stale

CC       ?= gcc
ENGINE   ?= sqlite
PREFIX   ?= /usr/local
PG_CONFIG ?= $(firstword $(wildcard /usr/lib/postgresql/15/bin/pg_config) pg_config)
WARN     := -Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla
CFLAGS   ?= -O2 -g
ALL_CFLAGS = -std=gnu11 $(WARN) $(CFLAGS) -fPIC -fvisibility=hidden -Icommon -MMD -MP
LIBS     := -lcjson -lmd

CORE     := $(sort $(wildcard common/*.c common/*/*.c)) build/systems.c
CORE_O   := $(patsubst %.c,build/core/%.o,$(CORE))
SQLITE_O := $(patsubst %.c,build/sqlite/%.o,$(sort $(wildcard sqlite_ext/*.c)))
UNIT     := $(patsubst tests/unit/%.c,build/unit/%,$(sort $(wildcard tests/unit/test_*.c)))

.PHONY: all setup sqlite pg unit check demo install uninstall bench docs lint format clean
all: sqlite pg

setup:
	@.ci/setup build

sqlite: build/sqlite/interlock.so
pg: build/systems.c
	@$(MAKE) --no-print-directory -C pg_ext PG_CONFIG=$(PG_CONFIG)

build/systems.c: sql $(wildcard sql/*/* sql/*/*/*) $(wildcard common/systems/embed.*) | setup
	@mkdir -p $(@D)
	sh common/systems/embed.sh sql > $@.tmp && mv $@.tmp $@

$(CORE_O) $(SQLITE_O): | setup
build/core/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<
build/core/build/systems.o: build/systems.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<
build/sqlite/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<
build/sqlite/interlock.so: $(CORE_O) $(SQLITE_O)
	$(CC) -shared -Wl,-z,defs,-z,relro,-z,now,-z,nodelete $(LDFLAGS) -o $@ $^ $(LIBS)
build/libinterlock.a: $(CORE_O)
	rm -f $@ && ar rcs $@ $^
build/unit/%: tests/unit/%.c build/libinterlock.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -o $@ $< build/libinterlock.a $(LIBS)

unit: $(UNIT)

check:
	@.ci/setup check
	@$(MAKE) --no-print-directory all unit
	@tests/run/all.sh

demo:
	@echo "building …"
	@$(MAKE) --no-print-directory -s all
	@tests/run/demo.sh $(ENGINE)

install: all
	$(MAKE) --no-print-directory -C pg_ext PG_CONFIG=$(PG_CONFIG) install
	install -D -m 755 build/sqlite/interlock.so $(DESTDIR)$(PREFIX)/lib/interlock.so
uninstall:
	$(MAKE) --no-print-directory -C pg_ext PG_CONFIG=$(PG_CONFIG) uninstall
	rm -f $(DESTDIR)$(PREFIX)/lib/interlock.so

bench: all
	@bench/run.sh
docs: all
	@docs/weave.py
lint:
	@tests/run/lint.sh
format:
	@clang-format -i $$(find common sqlite_ext pg_ext tests bench -name '*.[ch]')
clean:
	rm -rf build

-include $(shell find build -name '*.d' 2>/dev/null)
