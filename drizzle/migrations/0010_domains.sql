CREATE TABLE `domain_administrator` (
	`domain_id` text NOT NULL,
	`kind` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`domain_id`, `kind`, `value`),
	FOREIGN KEY (`domain_id`) REFERENCES `domain`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `exchange_endpoint` (
	`endpoint` text PRIMARY KEY NOT NULL,
	`learnt` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `mail_domain` (
	`name` text PRIMARY KEY NOT NULL,
	`domain_id` text NOT NULL,
	FOREIGN KEY (`domain_id`) REFERENCES `domain`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `mail_domain_of` ON `mail_domain` (`domain_id`);--> statement-breakpoint
CREATE TABLE `mailbox_approval` (
	`domain_id` text NOT NULL,
	`user_id` text NOT NULL,
	`user_name` text NOT NULL,
	`address` text NOT NULL,
	`state` text NOT NULL,
	`asked_at` integer NOT NULL,
	`decided_at` integer,
	`decided_by` text,
	PRIMARY KEY(`domain_id`, `user_id`, `address`),
	FOREIGN KEY (`domain_id`) REFERENCES `domain`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `mailbox_identity` (
	`domain_id` text NOT NULL,
	`address` text NOT NULL,
	`value` text NOT NULL,
	PRIMARY KEY(`domain_id`, `address`),
	FOREIGN KEY (`domain_id`) REFERENCES `domain`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `room_list_member` (
	`domain_id` text NOT NULL,
	`list` text NOT NULL,
	`address` text NOT NULL,
	`name` text NOT NULL,
	`read_at` integer NOT NULL,
	PRIMARY KEY(`domain_id`, `list`, `address`),
	FOREIGN KEY (`domain_id`) REFERENCES `domain`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `whereabouts` (
	`domain_id` text NOT NULL,
	`address` text NOT NULL,
	`place` text NOT NULL,
	`host` text NOT NULL,
	`found_at` integer NOT NULL,
	`searched_at` integer NOT NULL,
	PRIMARY KEY(`domain_id`, `address`),
	FOREIGN KEY (`domain_id`) REFERENCES `domain`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `whereabouts_host` ON `whereabouts` (`domain_id`,`host`);--> statement-breakpoint
ALTER TABLE `audit` ADD `domain_id` text;--> statement-breakpoint
CREATE INDEX `audit_domain` ON `audit` (`domain_id`,`at`);--> statement-breakpoint
ALTER TABLE `domain` ADD `name` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `domain` ADD `origin` text DEFAULT 'configuration' NOT NULL;--> statement-breakpoint
ALTER TABLE `domain` ADD `state` text DEFAULT 'active' NOT NULL;--> statement-breakpoint
ALTER TABLE `domain` ADD `reach` text;--> statement-breakpoint
ALTER TABLE `domain` ADD `released_hosts` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `domain` ADD `prefer` text DEFAULT 'external' NOT NULL;--> statement-breakpoint
ALTER TABLE `domain` ADD `address_rule` text DEFAULT 'trustPortal' NOT NULL;--> statement-breakpoint
ALTER TABLE `domain` ADD `interval_seconds` integer;--> statement-breakpoint
ALTER TABLE `mailbox` ADD `own_interval` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `mailbox` ADD `checked_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `mailbox_checked` ON `mailbox` (`checked_at`);