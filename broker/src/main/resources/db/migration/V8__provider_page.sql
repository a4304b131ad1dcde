-- What the capture page shows of a provider's fields beyond the credential schema; JSON as text.
alter table provider add column page text;
