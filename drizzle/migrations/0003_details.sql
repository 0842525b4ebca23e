ALTER TABLE `pairing` ADD `details` text DEFAULT 'full' NOT NULL;--> statement-breakpoint
ALTER TABLE `pairing` ADD `show_private` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `pairing` ADD `participants` integer DEFAULT false NOT NULL;