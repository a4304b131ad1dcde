-- The account that a connection is for, as the capture page shows it.
alter table connection add column display_name text check (char_length(display_name) between 1 and 100);
