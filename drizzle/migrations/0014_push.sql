CREATE TABLE `push` (
	`mailbox_id` text PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`address` text NOT NULL,
	`secret_digest` text NOT NULL,
	`folders` text NOT NULL,
	`server_id` text,
	`watermark` text,
	`expires_at` integer,
	`heartbeat_ms` integer,
	`heard_at` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`reason` text,
	`reason_detail` text,
	FOREIGN KEY (`mailbox_id`) REFERENCES `mailbox`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `push_id_unique` ON `push` (`id`);--> statement-breakpoint
ALTER TABLE `mailbox` ADD `told` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `mailbox` ADD `lease_told` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `mailbox` ADD `asked` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `mailbox` ADD `asked_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `mailbox` ADD `push_until` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `mailbox` ADD `push_due_at` integer DEFAULT 0 NOT NULL;