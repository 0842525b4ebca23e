CREATE TABLE `exception` (
	`id` text PRIMARY KEY NOT NULL,
	`link_id` text NOT NULL,
	`pairing_id` text NOT NULL,
	`key` text NOT NULL,
	`liferay_id` text NOT NULL,
	`liferay_version` text NOT NULL,
	`liferay_uid` text NOT NULL,
	`liferay_state` text NOT NULL,
	`dirty` integer DEFAULT false NOT NULL,
	`seen` text,
	FOREIGN KEY (`link_id`) REFERENCES `link`(`id`) ON UPDATE no action ON DELETE cascade
);
--> statement-breakpoint
CREATE UNIQUE INDEX `exception_key` ON `exception` (`link_id`,`key`);--> statement-breakpoint
CREATE UNIQUE INDEX `exception_liferay` ON `exception` (`pairing_id`,`liferay_id`);--> statement-breakpoint
ALTER TABLE `held` ADD `fields` text;--> statement-breakpoint
ALTER TABLE `link` ADD `exceptions_due` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `link` ADD `liferay_key` text DEFAULT 'series' NOT NULL;--> statement-breakpoint
ALTER TABLE `link` ADD `liferay_series` text;--> statement-breakpoint
ALTER TABLE `link` ADD `rows_until` integer;--> statement-breakpoint
CREATE INDEX `link_liferay_series` ON `link` (`pairing_id`,`liferay_series`);--> statement-breakpoint
CREATE INDEX `link_rows_until` ON `link` (`pairing_id`,`rows_until`) WHERE rows_until is not null;--> statement-breakpoint
ALTER TABLE `pairing` ADD `recycle_bin` integer DEFAULT false NOT NULL;--> statement-breakpoint
-- Series that the release before set aside, because it knew neither exceptions nor stretches, get their chance.
UPDATE `link` SET `work` = 'dirty', `reason` = NULL, `reason_detail` = NULL, `retry_at` = 0, `exchange_dirty` = 1, `liferay_dirty` = 1 WHERE `work` = 'parked' AND `reason` IN ('seriesHasExceptions', 'zonesDisagree');
--> statement-breakpoint
-- Their changed occurrences in Liferay are found again with the next snapshot, and then belong to them.
DELETE FROM `link` WHERE `work` = 'liferayOnly' AND `reason` = 'seriesHasExceptions';
--> statement-breakpoint
UPDATE `pairing` SET `digest` = NULL;
