-- Content that is kept inline: its hash and its size are those of the bytes (S-45).
SELECT interlock_set_clock('2026-01-05T09:00:00Z');
SELECT interlock_install('spine');
-- rule S-45 accept
INSERT INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_blob, fetched_at) VALUES ('k1', 'file', 'a', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 3, '\x616263', '2026-01-05T09:00:00Z');
-- rule S-45 refuse
INSERT INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_blob, fetched_at) VALUES ('k2', 'file', 'a', 'BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD', 3, '\x616263', '2026-01-05T09:00:00Z');
-- rule S-45 refuse
INSERT INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_blob, fetched_at) VALUES ('k2', 'file', 'a', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 4, '\x616263', '2026-01-05T09:00:00Z');
-- rule S-45 refuse
INSERT INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_blob, content_path, fetched_at) VALUES ('k2', 'file', 'a', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 3, '\x616263', '/p', '2026-01-05T09:00:00Z');
INSERT INTO core_source_cache (cache_key, source_type, source_locator, content_hash, content_size, content_blob, fetched_at) VALUES ('k0', 'file', 'a', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 0, '\x', '2026-01-05T09:00:00Z');
-- Fetched again: what follows from the bytes follows them.
UPDATE core_source_cache SET content_blob = '\x00ff', fetched_at = '2026-01-05T10:00:00Z' WHERE cache_key = 'k1';
SELECT content_hash, content_size, upper(encode(content_blob, 'hex')) FROM core_source_cache WHERE cache_key = 'k1';
-- rule S-45 refuse
UPDATE core_source_cache SET content_hash = 'h' WHERE cache_key = 'k1';
UPDATE core_source_cache SET content_blob = NULL, content_path = '/p', content_hash = 'h', content_size = 9 WHERE cache_key = 'k1';
SELECT cache_get('core_source_cache', 'k0') IS NOT NULL, cache_evict('core_source_cache', 5, NULL);
SELECT cache_key FROM core_source_cache;
