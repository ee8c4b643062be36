-- What persons are told about their accounts: that somebody guesses at them, and that their mail address changes.

-- When the holder was last told of guesses. Not in the journal.
ALTER TABLE account ADD COLUMN guesses_told_at timestamptz;

-- Whose account a mail is about. An account may have had other addresses, and mails to those are forgotten with it, too.
ALTER TABLE mail ADD COLUMN account uuid REFERENCES account (id);

CREATE INDEX mail_account ON mail (account);
