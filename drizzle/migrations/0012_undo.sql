CREATE TABLE `undo` (
	`link_id` text PRIMARY KEY NOT NULL,
	`pairing_id` text NOT NULL,
	`edits` text NOT NULL,
	`restores` text,
	`at` integer NOT NULL,
	FOREIGN KEY (`link_id`) REFERENCES `link`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `undo_pairing` ON `undo` (`pairing_id`);