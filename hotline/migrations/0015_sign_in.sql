-- Passwords that were given end; tokens have a scope and an end; browsers are known. Passwords that were given before end with their next use.
ALTER TABLE app_user ADD COLUMN password_until timestamptz;
ALTER TABLE api_token ADD COLUMN scope text NOT NULL DEFAULT 'write';
ALTER TABLE api_token ADD COLUMN expires_at timestamptz;

-- A browser in which somebody signed in before: wrong passwords there are counted apart, so that no stranger shuts its user out.
CREATE TABLE device (
  token_hash bytea PRIMARY KEY,
  user_id int NOT NULL REFERENCES app_user,
  made_at timestamptz NOT NULL,
  seen_at timestamptz NOT NULL,
  failures int NOT NULL DEFAULT 0,
  locked_until timestamptz
);
CREATE INDEX device_user ON device (user_id);
