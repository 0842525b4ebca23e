CREATE TABLE `proposal` (
	`link_id` text PRIMARY KEY NOT NULL,
	`pairing_id` text NOT NULL,
	`kind` text NOT NULL,
	`title` text,
	`start_at` integer,
	`all_day` integer NOT NULL,
	`fields` text NOT NULL,
	FOREIGN KEY (`link_id`) REFERENCES `link`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `proposal_pairing` ON `proposal` (`pairing_id`);--> statement-breakpoint
ALTER TABLE `pairing` ADD `preview` integer DEFAULT false NOT NULL;