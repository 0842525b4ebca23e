CREATE TABLE `visit` (
	`id` text PRIMARY KEY NOT NULL,
	`domain_id` text NOT NULL,
	`address` text NOT NULL,
	`share` integer DEFAULT 0 NOT NULL,
	`until` integer NOT NULL,
	FOREIGN KEY (`domain_id`) REFERENCES `domain`(`id`) ON UPDATE no action ON DELETE cascade
);
