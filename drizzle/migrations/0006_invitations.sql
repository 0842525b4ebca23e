ALTER TABLE `proposal` ADD `invitees` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `proposal` ADD `invites_until` integer;