-- The browser line: pages that speak for parties of calls. New tables only.

-- The page of a browser that speaks for a party of a call; one that is made again has another session. `from_signal`: what was said
-- to the page before is not for it. `seen_at`: a browser that is silent is gone.
CREATE TABLE call_browser (
  party_id bigint PRIMARY KEY REFERENCES call_party,
  session text NOT NULL,
  from_signal bigint NOT NULL,
  seen_at timestamptz NOT NULL
);

-- From where a call over the web came, as a keyed digest of the address; for a day.
CREATE TABLE call_source (
  call_id bigint PRIMARY KEY REFERENCES call,
  source bytea NOT NULL,
  at timestamptz NOT NULL
);
CREATE INDEX call_source_recent ON call_source (source, at);

-- What a caller's browser was told to say (a name in hotline/texts), as before a call is ended after abuse.
CREATE TABLE call_said (
  call_id bigint PRIMARY KEY REFERENCES call,
  words text NOT NULL,
  at timestamptz NOT NULL
);

