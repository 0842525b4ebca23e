CREATE TABLE `activity` (
	`domain_id` text NOT NULL,
	`hour` integer NOT NULL,
	`kind` text NOT NULL,
	`reason` text DEFAULT '' NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`domain_id`, `hour`, `kind`, `reason`),
	FOREIGN KEY (`domain_id`) REFERENCES `domain`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `ambiguity` (
	`link_id` text PRIMARY KEY NOT NULL,
	`pairing_id` text NOT NULL,
	`location` text,
	`description` text,
	`candidates` text NOT NULL,
	`choice` text,
	`chosen_id` text,
	FOREIGN KEY (`link_id`) REFERENCES `link`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`chosen_id`) REFERENCES `link`(`id`) ON UPDATE no action ON DELETE set null
);
--> statement-breakpoint
CREATE INDEX `ambiguity_pairing` ON `ambiguity` (`pairing_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `ambiguity_chosen` ON `ambiguity` (`chosen_id`);--> statement-breakpoint
ALTER TABLE `pairing` ADD `removes` text;--> statement-breakpoint
ALTER TABLE `pairing` ADD `remove_total` integer DEFAULT 0 NOT NULL;