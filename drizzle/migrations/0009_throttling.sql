ALTER TABLE `domain` ADD `server` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `domain` ADD `credential` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `domain` ADD `outage` text;--> statement-breakpoint
ALTER TABLE `domain` ADD `reason` text;--> statement-breakpoint
ALTER TABLE `domain` ADD `reason_detail` text;--> statement-breakpoint
ALTER TABLE `domain` ADD `pace` real DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `domain` ADD `slowed_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `mailbox` ADD `lease_share` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `mailbox_leased` ON `mailbox` (`lease_until`) WHERE lease_until > 0;