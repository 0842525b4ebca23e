CREATE TABLE `audit` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`user_id` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_at` ON `audit` (`at`);--> statement-breakpoint
CREATE TABLE `change` (
	`id` text PRIMARY KEY NOT NULL,
	`pairing_id` text NOT NULL,
	`link_id` text NOT NULL,
	`at` integer NOT NULL,
	`side` text NOT NULL,
	`kind` text NOT NULL,
	`fields` text,
	`title` text,
	`before` text,
	FOREIGN KEY (`pairing_id`) REFERENCES `pairing`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `change_pairing` ON `change` (`pairing_id`,`at`);--> statement-breakpoint
CREATE INDEX `change_link` ON `change` (`link_id`);--> statement-breakpoint
CREATE INDEX `change_at` ON `change` (`at`);--> statement-breakpoint
CREATE TABLE `commit_mark` (
	`mailbox_id` text PRIMARY KEY NOT NULL,
	`fence` integer NOT NULL,
	`seq` integer NOT NULL,
	FOREIGN KEY (`mailbox_id`) REFERENCES `mailbox`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `domain` (
	`id` text PRIMARY KEY NOT NULL,
	`portal` text NOT NULL,
	`endpoint` text NOT NULL,
	`sign_in_sealed` text NOT NULL,
	`dialect` text,
	`max_concurrent` integer DEFAULT 8 NOT NULL,
	`not_before` integer DEFAULT 0 NOT NULL,
	`backoff_step` integer DEFAULT 0 NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `held` (
	`link_id` text PRIMARY KEY NOT NULL,
	`pairing_id` text NOT NULL,
	`kind` text NOT NULL,
	`side` text NOT NULL,
	`at` integer NOT NULL,
	`decision` text DEFAULT 'waiting' NOT NULL,
	FOREIGN KEY (`link_id`) REFERENCES `link`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `held_pairing` ON `held` (`pairing_id`);--> statement-breakpoint
CREATE TABLE `intent` (
	`link_id` text PRIMARY KEY NOT NULL,
	`pairing_id` text NOT NULL,
	`operation` text NOT NULL,
	`stamp` text NOT NULL,
	`uid` text NOT NULL,
	`base` text NOT NULL,
	`seen_exchange` text,
	`seen_liferay` text,
	`fence` integer NOT NULL,
	`sent_at` integer NOT NULL,
	FOREIGN KEY (`link_id`) REFERENCES `link`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `intent_pairing` ON `intent` (`pairing_id`);--> statement-breakpoint
CREATE TABLE `link` (
	`id` text PRIMARY KEY NOT NULL,
	`pairing_id` text NOT NULL,
	`exchange_id` text,
	`exchange_version` text,
	`exchange_uid` text,
	`exchange_state` text NOT NULL,
	`liferay_id` text,
	`liferay_version` text,
	`liferay_uid` text,
	`liferay_state` text NOT NULL,
	`first_at` integer,
	`last_at` integer,
	`work` text NOT NULL,
	`exchange_dirty` integer DEFAULT false NOT NULL,
	`liferay_dirty` integer DEFAULT false NOT NULL,
	`reason` text,
	`reason_detail` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`retry_at` integer DEFAULT 0 NOT NULL,
	`last_written` text,
	`echoes` integer DEFAULT 0 NOT NULL,
	`generation` integer DEFAULT 0 NOT NULL,
	FOREIGN KEY (`pairing_id`) REFERENCES `pairing`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `link_exchange` ON `link` (`pairing_id`,`exchange_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `link_liferay` ON `link` (`pairing_id`,`liferay_id`);--> statement-breakpoint
CREATE INDEX `link_half_start` ON `link` (`pairing_id`,`first_at`) WHERE exchange_state = 'none';--> statement-breakpoint
CREATE INDEX `link_liferay_uid` ON `link` (`pairing_id`,`liferay_uid`);--> statement-breakpoint
CREATE INDEX `link_exchange_uid` ON `link` (`pairing_id`,`exchange_uid`);--> statement-breakpoint
CREATE INDEX `link_work` ON `link` (`pairing_id`,`work`,`retry_at`) WHERE work <> 'clean';--> statement-breakpoint
CREATE TABLE `link_content` (
	`link_id` text PRIMARY KEY NOT NULL,
	`base` text NOT NULL,
	`seen_exchange` text NOT NULL,
	`seen_liferay` text NOT NULL,
	FOREIGN KEY (`link_id`) REFERENCES `link`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE TABLE `mailbox` (
	`id` text PRIMARY KEY NOT NULL,
	`domain_id` text NOT NULL,
	`address` text NOT NULL,
	`owner_kind` text NOT NULL,
	`owner_id` text NOT NULL,
	`interval_seconds` integer NOT NULL,
	`next_sync_at` integer NOT NULL,
	`dispatched_until` integer DEFAULT 0 NOT NULL,
	`lease_owner` text,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`fence` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`last_run_at` integer,
	`reason` text,
	`reason_detail` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`domain_id`) REFERENCES `domain`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE UNIQUE INDEX `mailbox_owner` ON `mailbox` (`domain_id`,`address`,`owner_kind`,`owner_id`);--> statement-breakpoint
CREATE INDEX `mailbox_due` ON `mailbox` (`next_sync_at`);--> statement-breakpoint
CREATE INDEX `mailbox_of` ON `mailbox` (`owner_kind`,`owner_id`);--> statement-breakpoint
CREATE TABLE `pairing` (
	`id` text PRIMARY KEY NOT NULL,
	`mailbox_id` text NOT NULL,
	`folder_id` text NOT NULL,
	`folder_name` text NOT NULL,
	`calendar_id` text NOT NULL,
	`calendar_name` text NOT NULL,
	`calendar_zone` text NOT NULL,
	`direction` text NOT NULL,
	`policy` text DEFAULT 'exchange' NOT NULL,
	`window_past_days` integer DEFAULT 90 NOT NULL,
	`window_future_days` integer DEFAULT 730 NOT NULL,
	`phase` text DEFAULT 'observing' NOT NULL,
	`state` text DEFAULT 'active' NOT NULL,
	`reason` text,
	`reason_detail` text,
	`cursor` text,
	`exchange_seen` integer DEFAULT false NOT NULL,
	`awaits_echo` integer DEFAULT false NOT NULL,
	`digest` text,
	`liferay_rows` integer DEFAULT 0 NOT NULL,
	`generation` integer DEFAULT 0 NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`mailbox_id`) REFERENCES `mailbox`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pairing_calendar` ON `pairing` (`calendar_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `pairing_folder_two_way` ON `pairing` (`folder_id`) WHERE direction = 'both';--> statement-breakpoint
CREATE INDEX `pairing_mailbox` ON `pairing` (`mailbox_id`);--> statement-breakpoint
CREATE TABLE `run` (
	`id` text PRIMARY KEY NOT NULL,
	`mailbox_id` text NOT NULL,
	`started_at` integer NOT NULL,
	`ended_at` integer NOT NULL,
	`created` integer NOT NULL,
	`updated` integer NOT NULL,
	`deleted` integer NOT NULL,
	`failed` integer NOT NULL,
	`reason` text,
	`reason_detail` text,
	FOREIGN KEY (`mailbox_id`) REFERENCES `mailbox`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE INDEX `run_mailbox` ON `run` (`mailbox_id`,`started_at`);--> statement-breakpoint
CREATE INDEX `run_at` ON `run` (`started_at`);--> statement-breakpoint
CREATE TABLE `token` (
	`key` text PRIMARY KEY NOT NULL,
	`sealed` text NOT NULL,
	`expires_at` integer NOT NULL
);
