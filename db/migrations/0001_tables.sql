-- rows: adds keys
CREATE TABLE "availability_override" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"listing_id" uuid NOT NULL,
	"local_date" date NOT NULL,
	"starts_at" time,
	"ends_at" time,
	CONSTRAINT "availability_override_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "availability_override_order" CHECK (("availability_override"."starts_at" is null) = ("availability_override"."ends_at" is null) and ("availability_override"."starts_at" is null or "availability_override"."starts_at" < "availability_override"."ends_at")),
	CONSTRAINT "availability_override_finite" CHECK (isfinite("availability_override"."local_date"))
);
--> statement-breakpoint
ALTER TABLE "availability_override" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "availability_rule" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"listing_id" uuid NOT NULL,
	"weekday" smallint NOT NULL,
	"starts_at" time NOT NULL,
	"ends_at" time NOT NULL,
	CONSTRAINT "availability_rule_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "availability_rule_weekday" CHECK ("availability_rule"."weekday" between 1 and 7),
	CONSTRAINT "availability_rule_order" CHECK ("availability_rule"."starts_at" < "availability_rule"."ends_at")
);
--> statement-breakpoint
ALTER TABLE "availability_rule" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "listing_resource" (
	"tenant_id" uuid NOT NULL,
	"listing_id" uuid NOT NULL,
	"resource_id" uuid NOT NULL,
	CONSTRAINT "listing_resource_tenant_id_listing_id_resource_id_pk" PRIMARY KEY("tenant_id","listing_id","resource_id")
);
--> statement-breakpoint
ALTER TABLE "listing_resource" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "occupancy" (
	"id" uuid PRIMARY KEY DEFAULT uuidv7() NOT NULL,
	"resource_id" uuid NOT NULL,
	"during" "tstzrange" NOT NULL,
	"kind" text NOT NULL,
	"tenant_id" uuid NOT NULL,
	"appointment_id" uuid NOT NULL,
	"expires_at" timestamp with time zone,
	CONSTRAINT "occupancy_kind_word" CHECK (kind in ('hold', 'booked', 'block')),
	CONSTRAINT "occupancy_hold_expires" CHECK (("occupancy"."kind" = 'hold') = ("occupancy"."expires_at" is not null))
);
--> statement-breakpoint
ALTER TABLE "occupancy" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "time_block" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"listing_id" uuid NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"reason" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "time_block_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "time_block_bounded" CHECK (isfinite("time_block"."starts_at") and isfinite("time_block"."ends_at") and "time_block"."starts_at" < "time_block"."ends_at" and "time_block"."ends_at" - "time_block"."starts_at" <= interval '366 days'),
	CONSTRAINT "time_block_reason" CHECK (length("time_block"."reason") between 1 and 500)
);
--> statement-breakpoint
ALTER TABLE "time_block" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "acknowledgement" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"appointment_id" uuid NOT NULL,
	"document" text NOT NULL,
	"version" text NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "acknowledgement_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "acknowledgement_tenantId_appointmentId_document_unique" UNIQUE("tenant_id","appointment_id","document"),
	CONSTRAINT "acknowledgement_document_word" CHECK (document in ('terms', 'privacy', 'clinic-notice'))
);
--> statement-breakpoint
ALTER TABLE "acknowledgement" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "appointment" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"listing_id" uuid NOT NULL,
	"service_id" uuid NOT NULL,
	"patient_id" uuid NOT NULL,
	"status" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"sequence" integer DEFAULT 0 NOT NULL,
	"access_version" integer DEFAULT 1 NOT NULL,
	"link_version" integer DEFAULT 1 NOT NULL,
	"birth_date_tries" integer DEFAULT 0 NOT NULL,
	"birth_date_failures" integer DEFAULT 0 NOT NULL,
	"offer" jsonb NOT NULL,
	"contact_hash" text,
	"contact_verified" boolean DEFAULT false NOT NULL,
	"cancelation_reason" text,
	"cancelled_by" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"request_id" text,
	CONSTRAINT "appointment_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "appointment_status_word" CHECK (status in ('booked', 'arrived', 'fulfilled', 'cancelled', 'noshow')),
	CONSTRAINT "appointment_cancelled_by_word" CHECK (cancelled_by in ('patient', 'clinic')),
	CONSTRAINT "appointment_offer" CHECK (jsonb_typeof(offer -> 'durationMinutes') is not distinct from 'number' and jsonb_typeof(offer -> 'bufferBeforeMinutes') is not distinct from 'number' and jsonb_typeof(offer -> 'bufferAfterMinutes') is not distinct from 'number' and jsonb_typeof(offer -> 'cancelUntilMinutes') is not distinct from 'number'),
	CONSTRAINT "appointment_bounded" CHECK (isfinite("appointment"."starts_at") and isfinite("appointment"."ends_at") and "appointment"."starts_at" < "appointment"."ends_at" and "appointment"."ends_at" - "appointment"."starts_at" <= interval '1 day')
);
--> statement-breakpoint
ALTER TABLE "appointment" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "appointment_history" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"appointment_id" uuid NOT NULL,
	"from_status" text,
	"to_status" text NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"by_scope" text NOT NULL,
	"by_person" uuid,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "appointment_history_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "appointment_history_from_status_word" CHECK (from_status in ('booked', 'arrived', 'fulfilled', 'cancelled', 'noshow')),
	CONSTRAINT "appointment_history_to_status_word" CHECK (to_status in ('booked', 'arrived', 'fulfilled', 'cancelled', 'noshow')),
	CONSTRAINT "appointment_history_by_scope_word" CHECK (by_scope in ('guest', 'staff', 'system'))
);
--> statement-breakpoint
ALTER TABLE "appointment_history" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "hold" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"listing_id" uuid NOT NULL,
	"service_id" uuid NOT NULL,
	"offer" jsonb NOT NULL,
	"starts_at" timestamp with time zone NOT NULL,
	"ends_at" timestamp with time zone NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"extendable_until" timestamp with time zone NOT NULL,
	"access_version" integer DEFAULT 1 NOT NULL,
	"address_hash" text NOT NULL,
	"network_hash" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "hold_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "hold_offer" CHECK (jsonb_typeof(offer -> 'durationMinutes') is not distinct from 'number' and jsonb_typeof(offer -> 'bufferBeforeMinutes') is not distinct from 'number' and jsonb_typeof(offer -> 'bufferAfterMinutes') is not distinct from 'number' and jsonb_typeof(offer -> 'cancelUntilMinutes') is not distinct from 'number'),
	CONSTRAINT "hold_bounded" CHECK (isfinite("hold"."starts_at") and isfinite("hold"."ends_at") and "hold"."starts_at" < "hold"."ends_at" and "hold"."ends_at" - "hold"."starts_at" <= interval '1 day'),
	CONSTRAINT "hold_expires" CHECK (isfinite("hold"."expires_at") and "hold"."expires_at" <= "hold"."extendable_until")
);
--> statement-breakpoint
ALTER TABLE "hold" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "patient" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"person_id" uuid,
	"given_name" text NOT NULL,
	"family_name" text NOT NULL,
	"birth_date" date NOT NULL,
	"email" text,
	"phone" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "patient_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "patient_reachable_text" CHECK (length("patient"."given_name") between 1 and 100 and length("patient"."family_name") between 1 and 100)
);
--> statement-breakpoint
ALTER TABLE "patient" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "related_person" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"appointment_id" uuid NOT NULL,
	"given_name" text NOT NULL,
	"family_name" text NOT NULL,
	"birth_date" date,
	"email" text,
	"phone" text,
	"relationship" text NOT NULL,
	CONSTRAINT "related_person_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "related_person_tenantId_appointmentId_unique" UNIQUE("tenant_id","appointment_id"),
	CONSTRAINT "related_person_relationship_word" CHECK (relationship in ('parent', 'guardian', 'relative', 'carer', 'other'))
);
--> statement-breakpoint
ALTER TABLE "related_person" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "closure" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"location_id" uuid NOT NULL,
	"from_date" date NOT NULL,
	"until_date" date NOT NULL,
	"reason" text NOT NULL,
	CONSTRAINT "closure_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "closure_bounded" CHECK (isfinite("closure"."from_date") and isfinite("closure"."until_date") and "closure"."from_date" <= "closure"."until_date" and "closure"."until_date" - "closure"."from_date" <= 366)
);
--> statement-breakpoint
ALTER TABLE "closure" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "listing_service" (
	"tenant_id" uuid NOT NULL,
	"listing_id" uuid NOT NULL,
	"service_id" uuid NOT NULL,
	"position" integer DEFAULT 0 NOT NULL,
	CONSTRAINT "listing_service_tenant_id_listing_id_service_id_pk" PRIMARY KEY("tenant_id","listing_id","service_id")
);
--> statement-breakpoint
ALTER TABLE "listing_service" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "location" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"name" text NOT NULL,
	"address_line" text NOT NULL,
	"city" text NOT NULL,
	"state" char(2) NOT NULL,
	"postal_code" char(5) NOT NULL,
	"lat" double precision NOT NULL,
	"lng" double precision NOT NULL,
	"time_zone" text NOT NULL,
	"phone" text NOT NULL,
	CONSTRAINT "location_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "location" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "organization" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"npi" char(10),
	"phone" text NOT NULL,
	"notice" text NOT NULL,
	"notice_version" text NOT NULL,
	"is_demo" boolean DEFAULT false NOT NULL,
	CONSTRAINT "organization_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "organization_tenantId_unique" UNIQUE("tenant_id"),
	CONSTRAINT "organization_kind_word" CHECK (kind in ('primary-care', 'urgent-care'))
);
--> statement-breakpoint
ALTER TABLE "organization" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "place" (
	"postal_code" char(5) PRIMARY KEY NOT NULL,
	"city" text NOT NULL,
	"state" char(2) NOT NULL,
	"lat" double precision NOT NULL,
	"lng" double precision NOT NULL
);
--> statement-breakpoint
ALTER TABLE "place" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "practitioner" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"resource_id" uuid NOT NULL,
	"display_name" text NOT NULL,
	"credential" text,
	"languages" text[] NOT NULL,
	CONSTRAINT "practitioner_tenant_id_id_pk" PRIMARY KEY("tenant_id","id")
);
--> statement-breakpoint
ALTER TABLE "practitioner" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "practitioner_role" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"slug" text NOT NULL,
	"practitioner_id" uuid,
	"location_id" uuid NOT NULL,
	"specialty" text NOT NULL,
	"accepts_new_patients" boolean DEFAULT true NOT NULL,
	"published_at" timestamp with time zone,
	CONSTRAINT "practitioner_role_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "practitioner_role_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
ALTER TABLE "practitioner_role" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "service" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"name" text NOT NULL,
	"duration_minutes" integer NOT NULL,
	"buffer_before_minutes" integer DEFAULT 0 NOT NULL,
	"buffer_after_minutes" integer DEFAULT 0 NOT NULL,
	"step_minutes" integer DEFAULT 15 NOT NULL,
	"modality" text NOT NULL,
	"audience" text NOT NULL,
	"minimum_age_years" integer DEFAULT 0 NOT NULL,
	"maximum_age_years" integer DEFAULT 150 NOT NULL,
	"minimum_notice_minutes" integer DEFAULT 120 NOT NULL,
	"horizon_days" integer DEFAULT 90 NOT NULL,
	"cancel_until_minutes" integer DEFAULT 1440 NOT NULL,
	"price_amount" integer,
	"price_currency" char(3),
	CONSTRAINT "service_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "service_modality_word" CHECK (modality in ('in-person', 'video', 'phone')),
	CONSTRAINT "service_audience_word" CHECK (audience in ('new', 'returning', 'both')),
	CONSTRAINT "service_length" CHECK ("service"."duration_minutes" between 5 and 600),
	CONSTRAINT "service_buffers" CHECK ("service"."buffer_before_minutes" between 0 and 240 and "service"."buffer_after_minutes" between 0 and 240),
	CONSTRAINT "service_step" CHECK ("service"."step_minutes" between 5 and 240 and 1440 % "service"."step_minutes" = 0),
	CONSTRAINT "service_horizon" CHECK ("service"."horizon_days" between 1 and 365),
	CONSTRAINT "service_price" CHECK (("service"."price_amount" is null) = ("service"."price_currency" is null))
);
--> statement-breakpoint
ALTER TABLE "service" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "specialty" (
	"code" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"name_es" text NOT NULL,
	"words" text DEFAULT '' NOT NULL
);
--> statement-breakpoint
ALTER TABLE "specialty" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "membership" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"person_id" uuid NOT NULL,
	"role" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "membership_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "membership_tenantId_personId_unique" UNIQUE("tenant_id","person_id"),
	CONSTRAINT "membership_role_word" CHECK (role in ('owner', 'admin', 'scheduler', 'practitioner', 'billing', 'auditor'))
);
--> statement-breakpoint
ALTER TABLE "membership" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "person" (
	"id" uuid PRIMARY KEY NOT NULL,
	"display_name" text NOT NULL,
	"email" text,
	"is_demo" boolean DEFAULT false NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "person_email_unique" UNIQUE("email")
);
--> statement-breakpoint
ALTER TABLE "person" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "session" (
	"id" uuid PRIMARY KEY NOT NULL,
	"secret_hash" "bytea" NOT NULL,
	"person_id" uuid NOT NULL,
	"aal" integer DEFAULT 1 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"expires_at" timestamp with time zone NOT NULL,
	"revoked_at" timestamp with time zone,
	CONSTRAINT "session_secretHash_unique" UNIQUE("secret_hash"),
	CONSTRAINT "session_secret_hashed" CHECK (length("session"."secret_hash") = 32)
);
--> statement-breakpoint
ALTER TABLE "session" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "tenant" (
	"id" uuid PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "tenant_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
ALTER TABLE "tenant" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "listing" (
	"id" uuid PRIMARY KEY NOT NULL,
	"tenant_id" uuid NOT NULL,
	"location_id" uuid NOT NULL,
	"slug" text NOT NULL,
	"specialty" text NOT NULL,
	"languages" text[] NOT NULL,
	"accepts_new_patients" boolean NOT NULL,
	"service_names" text[] NOT NULL,
	"time_zone" text NOT NULL,
	"place" "cube" NOT NULL,
	"card" jsonb NOT NULL,
	"profile" jsonb NOT NULL,
	"search" "tsvector" NOT NULL,
	CONSTRAINT "listing_slug_unique" UNIQUE("slug")
);
--> statement-breakpoint
ALTER TABLE "listing" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "listing_hint" (
	"listing_id" uuid PRIMARY KEY NOT NULL,
	"next_available_at" timestamp with time zone,
	"free_days" integer DEFAULT 0 NOT NULL,
	"hinted_on" date NOT NULL,
	"refreshed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "listing_hint" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "term" (
	"word" text PRIMARY KEY NOT NULL,
	"listings" integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE "term" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "message" (
	"tenant_id" uuid NOT NULL,
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"appointment_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"key" text NOT NULL,
	"sequence" integer NOT NULL,
	"status" text NOT NULL,
	"reason" text,
	"attempts" integer DEFAULT 0 NOT NULL,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"sent_at" timestamp with time zone,
	"settled_at" timestamp with time zone,
	CONSTRAINT "message_tenant_id_id_pk" PRIMARY KEY("tenant_id","id"),
	CONSTRAINT "message_tenantId_key_unique" UNIQUE("tenant_id","key"),
	CONSTRAINT "message_status_word" CHECK (status in ('sending', 'sent', 'failed', 'skipped'))
);
--> statement-breakpoint
ALTER TABLE "message" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "resource" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	CONSTRAINT "resource_kind_word" CHECK (kind in ('practitioner', 'room', 'device'))
);
--> statement-breakpoint
ALTER TABLE "resource" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "resource_membership" (
	"tenant_id" uuid NOT NULL,
	"resource_id" uuid NOT NULL,
	"accepted_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "resource_membership_tenant_id_resource_id_pk" PRIMARY KEY("tenant_id","resource_id")
);
--> statement-breakpoint
ALTER TABLE "resource_membership" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "audit_event" (
	"id" uuid DEFAULT uuidv7() NOT NULL,
	"at" timestamp with time zone DEFAULT clock_timestamp() NOT NULL,
	"tenant_id" uuid,
	"scope" text DEFAULT '' NOT NULL,
	"person_id" uuid,
	"action" text NOT NULL,
	"entity" text NOT NULL,
	"entity_id" uuid,
	"request_id" text,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL,
	CONSTRAINT "audit_event_id_at_pk" PRIMARY KEY("id","at")
) PARTITION BY RANGE ("at");
--> statement-breakpoint
ALTER TABLE "audit_event" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "heartbeat" (
	"name" text PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"details" jsonb DEFAULT '{}'::jsonb NOT NULL
);
--> statement-breakpoint
ALTER TABLE "heartbeat" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "idempotency" (
	"scope" text NOT NULL,
	"route" text NOT NULL,
	"key_hash" text NOT NULL,
	"body_hash" text NOT NULL,
	"result" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "idempotency_scope_route_key_hash_pk" PRIMARY KEY("scope","route","key_hash")
);
--> statement-breakpoint
ALTER TABLE "idempotency" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"tenant_id" uuid NOT NULL,
	"topic" text NOT NULL,
	"aggregate_id" uuid NOT NULL,
	"request_id" text,
	"created_at" timestamp with time zone DEFAULT now() NOT NULL,
	"available_at" timestamp with time zone DEFAULT now() NOT NULL,
	"leased_until" timestamp with time zone,
	"attempts" integer DEFAULT 0 NOT NULL,
	"done_at" timestamp with time zone,
	"told_at" timestamp with time zone,
	"dead_at" timestamp with time zone,
	"reason" text
);
--> statement-breakpoint
ALTER TABLE "outbox" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
CREATE TABLE "tally" (
	"key" text PRIMARY KEY NOT NULL,
	"used" integer NOT NULL,
	"until" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "tally" ENABLE ROW LEVEL SECURITY;--> statement-breakpoint
ALTER TABLE "availability_override" ADD CONSTRAINT "availability_override_tenant_id_listing_id_practitioner_role_tenant_id_id_fk" FOREIGN KEY ("tenant_id","listing_id") REFERENCES "public"."practitioner_role"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "availability_rule" ADD CONSTRAINT "availability_rule_tenant_id_listing_id_practitioner_role_tenant_id_id_fk" FOREIGN KEY ("tenant_id","listing_id") REFERENCES "public"."practitioner_role"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listing_resource" ADD CONSTRAINT "listing_resource_tenant_id_listing_id_practitioner_role_tenant_id_id_fk" FOREIGN KEY ("tenant_id","listing_id") REFERENCES "public"."practitioner_role"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listing_resource" ADD CONSTRAINT "listing_resource_tenant_id_resource_id_resource_membership_tenant_id_resource_id_fk" FOREIGN KEY ("tenant_id","resource_id") REFERENCES "public"."resource_membership"("tenant_id","resource_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "occupancy" ADD CONSTRAINT "occupancy_resource_id_resource_id_fk" FOREIGN KEY ("resource_id") REFERENCES "public"."resource"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "time_block" ADD CONSTRAINT "time_block_tenant_id_listing_id_practitioner_role_tenant_id_id_fk" FOREIGN KEY ("tenant_id","listing_id") REFERENCES "public"."practitioner_role"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "acknowledgement" ADD CONSTRAINT "acknowledgement_tenant_id_appointment_id_appointment_tenant_id_id_fk" FOREIGN KEY ("tenant_id","appointment_id") REFERENCES "public"."appointment"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment" ADD CONSTRAINT "appointment_tenant_id_listing_id_practitioner_role_tenant_id_id_fk" FOREIGN KEY ("tenant_id","listing_id") REFERENCES "public"."practitioner_role"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment" ADD CONSTRAINT "appointment_tenant_id_service_id_service_tenant_id_id_fk" FOREIGN KEY ("tenant_id","service_id") REFERENCES "public"."service"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment" ADD CONSTRAINT "appointment_tenant_id_patient_id_patient_tenant_id_id_fk" FOREIGN KEY ("tenant_id","patient_id") REFERENCES "public"."patient"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "appointment_history" ADD CONSTRAINT "appointment_history_tenant_id_appointment_id_appointment_tenant_id_id_fk" FOREIGN KEY ("tenant_id","appointment_id") REFERENCES "public"."appointment"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hold" ADD CONSTRAINT "hold_tenant_id_listing_id_practitioner_role_tenant_id_id_fk" FOREIGN KEY ("tenant_id","listing_id") REFERENCES "public"."practitioner_role"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "hold" ADD CONSTRAINT "hold_tenant_id_service_id_service_tenant_id_id_fk" FOREIGN KEY ("tenant_id","service_id") REFERENCES "public"."service"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "related_person" ADD CONSTRAINT "related_person_tenant_id_appointment_id_appointment_tenant_id_id_fk" FOREIGN KEY ("tenant_id","appointment_id") REFERENCES "public"."appointment"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "closure" ADD CONSTRAINT "closure_tenant_id_location_id_location_tenant_id_id_fk" FOREIGN KEY ("tenant_id","location_id") REFERENCES "public"."location"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listing_service" ADD CONSTRAINT "listing_service_tenant_id_listing_id_practitioner_role_tenant_id_id_fk" FOREIGN KEY ("tenant_id","listing_id") REFERENCES "public"."practitioner_role"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listing_service" ADD CONSTRAINT "listing_service_tenant_id_service_id_service_tenant_id_id_fk" FOREIGN KEY ("tenant_id","service_id") REFERENCES "public"."service"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "location" ADD CONSTRAINT "location_tenant_id_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "organization" ADD CONSTRAINT "organization_tenant_id_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "practitioner" ADD CONSTRAINT "practitioner_tenant_id_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "practitioner" ADD CONSTRAINT "practitioner_tenant_id_resource_id_resource_membership_tenant_id_resource_id_fk" FOREIGN KEY ("tenant_id","resource_id") REFERENCES "public"."resource_membership"("tenant_id","resource_id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "practitioner_role" ADD CONSTRAINT "practitioner_role_tenant_id_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "practitioner_role" ADD CONSTRAINT "practitioner_role_tenant_id_location_id_location_tenant_id_id_fk" FOREIGN KEY ("tenant_id","location_id") REFERENCES "public"."location"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "practitioner_role" ADD CONSTRAINT "practitioner_role_tenant_id_practitioner_id_practitioner_tenant_id_id_fk" FOREIGN KEY ("tenant_id","practitioner_id") REFERENCES "public"."practitioner"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "service" ADD CONSTRAINT "service_tenant_id_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "membership" ADD CONSTRAINT "membership_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "membership" ADD CONSTRAINT "membership_tenant_id_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "session" ADD CONSTRAINT "session_person_id_person_id_fk" FOREIGN KEY ("person_id") REFERENCES "public"."person"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "listing_hint" ADD CONSTRAINT "listing_hint_listing_id_listing_id_fk" FOREIGN KEY ("listing_id") REFERENCES "public"."listing"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "message" ADD CONSTRAINT "message_tenant_id_appointment_id_appointment_tenant_id_id_fk" FOREIGN KEY ("tenant_id","appointment_id") REFERENCES "public"."appointment"("tenant_id","id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resource_membership" ADD CONSTRAINT "resource_membership_resource_id_resource_id_fk" FOREIGN KEY ("resource_id") REFERENCES "public"."resource"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "resource_membership" ADD CONSTRAINT "resource_membership_tenant_id_tenant_id_fk" FOREIGN KEY ("tenant_id") REFERENCES "public"."tenant"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "availability_override_tenant_id_listing_id_local_date_index" ON "availability_override" USING btree ("tenant_id","listing_id","local_date");--> statement-breakpoint
CREATE INDEX "availability_rule_tenant_id_listing_id_weekday_index" ON "availability_rule" USING btree ("tenant_id","listing_id","weekday");--> statement-breakpoint
CREATE INDEX "listing_resource_listing_id_index" ON "listing_resource" USING btree ("listing_id");--> statement-breakpoint
CREATE INDEX "listing_resource_resource_id_index" ON "listing_resource" USING btree ("resource_id");--> statement-breakpoint
CREATE INDEX "occupancy_appointment_id_index" ON "occupancy" USING btree ("appointment_id");--> statement-breakpoint
CREATE INDEX "time_block_tenant_id_listing_id_starts_at_index" ON "time_block" USING btree ("tenant_id","listing_id","starts_at");--> statement-breakpoint
CREATE INDEX "appointment_tenant_id_starts_at_index" ON "appointment" USING btree ("tenant_id","starts_at");--> statement-breakpoint
CREATE INDEX "appointment_tenant_id_listing_id_starts_at_index" ON "appointment" USING btree ("tenant_id","listing_id","starts_at");--> statement-breakpoint
CREATE INDEX "appointment_tenant_id_patient_id_index" ON "appointment" USING btree ("tenant_id","patient_id");--> statement-breakpoint
CREATE INDEX "appointment_history_tenant_id_appointment_id_at_index" ON "appointment_history" USING btree ("tenant_id","appointment_id","at");--> statement-breakpoint
CREATE INDEX "hold_address_hash_expires_at_index" ON "hold" USING btree ("address_hash","expires_at");--> statement-breakpoint
CREATE INDEX "hold_network_hash_expires_at_index" ON "hold" USING btree ("network_hash","expires_at") WHERE network_hash is not null;--> statement-breakpoint
CREATE INDEX "hold_expires_at_index" ON "hold" USING btree ("expires_at");--> statement-breakpoint
CREATE INDEX "patient_tenant_id_family_name_birth_date_index" ON "patient" USING btree ("tenant_id","family_name","birth_date");--> statement-breakpoint
CREATE INDEX "closure_tenant_id_location_id_index" ON "closure" USING btree ("tenant_id","location_id");--> statement-breakpoint
CREATE INDEX "listing_service_listing_id_position_index" ON "listing_service" USING btree ("listing_id","position");--> statement-breakpoint
CREATE INDEX "place_city" ON "place" USING btree (lower("city"),"state");--> statement-breakpoint
CREATE INDEX "practitioner_resource_id_index" ON "practitioner" USING btree ("resource_id");--> statement-breakpoint
CREATE INDEX "practitioner_role_id_index" ON "practitioner_role" USING btree ("id");--> statement-breakpoint
CREATE INDEX "practitioner_role_tenant_id_location_id_index" ON "practitioner_role" USING btree ("tenant_id","location_id");--> statement-breakpoint
CREATE INDEX "practitioner_role_tenant_id_practitioner_id_index" ON "practitioner_role" USING btree ("tenant_id","practitioner_id");--> statement-breakpoint
CREATE INDEX "membership_person_id_index" ON "membership" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "session_person_id_index" ON "session" USING btree ("person_id");--> statement-breakpoint
CREATE INDEX "listing_near" ON "listing" USING gist ("place");--> statement-breakpoint
CREATE INDEX "listing_specialty_near" ON "listing" USING gist ("specialty","place");--> statement-breakpoint
CREATE INDEX "listing_search" ON "listing" USING gin ("search");--> statement-breakpoint
CREATE INDEX "listing_tenant_id_index" ON "listing" USING btree ("tenant_id");--> statement-breakpoint
CREATE INDEX "listing_hint_next_available_at_index" ON "listing_hint" USING btree ("next_available_at");--> statement-breakpoint
CREATE INDEX "listing_hint_refreshed_at_index" ON "listing_hint" USING btree ("refreshed_at");--> statement-breakpoint
CREATE INDEX "term_trigram" ON "term" USING gin ("word" gin_trgm_ops);--> statement-breakpoint
CREATE INDEX "message_tenant_id_status_created_at_index" ON "message" USING btree ("tenant_id","status","created_at");--> statement-breakpoint
CREATE INDEX "message_tenant_id_appointment_id_index" ON "message" USING btree ("tenant_id","appointment_id");--> statement-breakpoint
CREATE INDEX "message_unreached" ON "message" USING btree ("tenant_id","appointment_id") WHERE status = 'failed' or reason = 'held_back';--> statement-breakpoint
CREATE INDEX "audit_event_tenant_id_at_index" ON "audit_event" USING btree ("tenant_id","at");--> statement-breakpoint
CREATE INDEX "audit_event_tenant_id_entity_id_index" ON "audit_event" USING btree ("tenant_id","entity_id");--> statement-breakpoint
CREATE INDEX "idempotency_created_at_index" ON "idempotency" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "outbox_undone" ON "outbox" USING btree ("id") WHERE done_at is null and dead_at is null;--> statement-breakpoint
CREATE INDEX "outbox_of_tenant" ON "outbox" USING btree ("tenant_id","id") WHERE done_at is null and dead_at is null;--> statement-breakpoint
CREATE INDEX "outbox_done" ON "outbox" USING btree ("done_at") WHERE done_at is not null;--> statement-breakpoint
CREATE INDEX "outbox_listing_changed" ON "outbox" USING btree ("tenant_id","id") WHERE topic = 'listing.changed' and done_at is null and dead_at is null;--> statement-breakpoint
CREATE INDEX "outbox_untold" ON "outbox" USING btree ("created_at") WHERE told_at is null and dead_at is null and topic <> 'listing.changed';--> statement-breakpoint
CREATE INDEX "outbox_dead" ON "outbox" USING btree ("id") WHERE done_at is null and dead_at is not null;--> statement-breakpoint
CREATE INDEX "outbox_aggregate" ON "outbox" USING btree ("tenant_id","aggregate_id","id") WHERE done_at is null and dead_at is null;--> statement-breakpoint
CREATE INDEX "tally_until_index" ON "tally" USING btree ("until");--> statement-breakpoint
CREATE POLICY "staff_select" ON "availability_override" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "availability_override" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "availability_rule" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "availability_rule" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "listing_resource" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "listing_resource" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_select" ON "occupancy" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "occupancy" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_update" ON "occupancy" AS PERMISSIVE FOR UPDATE TO "medley_kernel" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_delete" ON "occupancy" AS PERMISSIVE FOR DELETE TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "time_block" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "time_block" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "time_block" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_update" ON "time_block" AS PERMISSIVE FOR UPDATE TO "medley_kernel" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_delete" ON "time_block" AS PERMISSIVE FOR DELETE TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "acknowledgement" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "acknowledgement" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "appointment" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "staff_update" ON "appointment" AS PERMISSIVE FOR UPDATE TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff', '{owner,admin,scheduler,practitioner}'))) WITH CHECK (tenant_id = (select ctx.tenant('staff', '{owner,admin,scheduler,practitioner}')));--> statement-breakpoint
CREATE POLICY "guest_select" ON "appointment" AS PERMISSIVE FOR SELECT TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and (select ctx.grant_kind()) = 'appointment' and id = (select ctx.grant_id()) and access_version = (select ctx.grant_version()));--> statement-breakpoint
CREATE POLICY "guest_update" ON "appointment" AS PERMISSIVE FOR UPDATE TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and (select ctx.grant_kind()) = 'appointment' and id = (select ctx.grant_id()) and access_version = (select ctx.grant_version()) and (status = 'booked' or status = 'cancelled' and cancelled_by = 'patient')) WITH CHECK (tenant_id = (select ctx.tenant('guest')) and (select ctx.grant_kind()) = 'appointment' and id = (select ctx.grant_id()) and (status = 'booked' or status = 'cancelled' and cancelled_by = 'patient'));--> statement-breakpoint
CREATE POLICY "system_select" ON "appointment" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "appointment" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_update" ON "appointment" AS PERMISSIVE FOR UPDATE TO "medley_kernel" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "appointment" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "appointment_history" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "staff_insert" ON "appointment_history" AS PERMISSIVE FOR INSERT TO "medley_staff" WITH CHECK (tenant_id = (select ctx.tenant('staff', '{owner,admin,scheduler,practitioner}')));--> statement-breakpoint
CREATE POLICY "guest_insert" ON "appointment_history" AS PERMISSIVE FOR INSERT TO "medley_guest" WITH CHECK (tenant_id = (select ctx.tenant('guest')) and (select ctx.grant_kind()) = 'appointment' and appointment_id = (select ctx.grant_id()));--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "appointment_history" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "system_select" ON "appointment_history" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "guest_select" ON "hold" AS PERMISSIVE FOR SELECT TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and (select ctx.grant_kind()) = 'hold' and id = (select ctx.grant_id()) and access_version = (select ctx.grant_version()));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "hold" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "hold" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_update" ON "hold" AS PERMISSIVE FOR UPDATE TO "medley_kernel" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_delete" ON "hold" AS PERMISSIVE FOR DELETE TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "patient" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff', '{owner,admin,scheduler,practitioner}')));--> statement-breakpoint
CREATE POLICY "guest_select" ON "patient" AS PERMISSIVE FOR SELECT TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and id = (select a.patient_id from appointment a where a.id = (select ctx.grant_id())));--> statement-breakpoint
CREATE POLICY "guest_update" ON "patient" AS PERMISSIVE FOR UPDATE TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and id = (select a.patient_id from appointment a where a.id = (select ctx.grant_id()))) WITH CHECK (tenant_id = (select ctx.tenant('guest')) and id = (select a.patient_id from appointment a where a.id = (select ctx.grant_id())));--> statement-breakpoint
CREATE POLICY "system_select" ON "patient" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "patient" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "patient" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "related_person" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff', '{owner,admin,scheduler,practitioner}')));--> statement-breakpoint
CREATE POLICY "guest_select" ON "related_person" AS PERMISSIVE FOR SELECT TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and appointment_id = (select a.id from appointment a where a.id = (select ctx.grant_id())));--> statement-breakpoint
CREATE POLICY "guest_update" ON "related_person" AS PERMISSIVE FOR UPDATE TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and appointment_id = (select a.id from appointment a where a.id = (select ctx.grant_id()))) WITH CHECK (tenant_id = (select ctx.tenant('guest')) and appointment_id = (select a.id from appointment a where a.id = (select ctx.grant_id())));--> statement-breakpoint
CREATE POLICY "system_select" ON "related_person" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "related_person" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "closure" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "closure" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "listing_service" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "guest_select" ON "listing_service" AS PERMISSIVE FOR SELECT TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and true);--> statement-breakpoint
CREATE POLICY "system_select" ON "listing_service" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "listing_service" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "location" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "guest_select" ON "location" AS PERMISSIVE FOR SELECT TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and true);--> statement-breakpoint
CREATE POLICY "system_select" ON "location" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "location" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "organization" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "guest_select" ON "organization" AS PERMISSIVE FOR SELECT TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and true);--> statement-breakpoint
CREATE POLICY "system_select" ON "organization" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "organization" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "public_select" ON "place" AS PERMISSIVE FOR SELECT TO "medley_public" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "practitioner" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "guest_select" ON "practitioner" AS PERMISSIVE FOR SELECT TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and true);--> statement-breakpoint
CREATE POLICY "system_select" ON "practitioner" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "practitioner" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "practitioner_role" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "guest_select" ON "practitioner_role" AS PERMISSIVE FOR SELECT TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and true);--> statement-breakpoint
CREATE POLICY "system_select" ON "practitioner_role" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "practitioner_role" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "service" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "guest_select" ON "service" AS PERMISSIVE FOR SELECT TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and true);--> statement-breakpoint
CREATE POLICY "system_select" ON "service" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "service" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "public_select" ON "specialty" AS PERMISSIVE FOR SELECT TO "medley_public" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_select" ON "specialty" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "membership" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "system_select" ON "membership" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "identity_select" ON "membership" AS PERMISSIVE FOR SELECT TO "medley_identity" USING (true);--> statement-breakpoint
CREATE POLICY "identity_select" ON "person" AS PERMISSIVE FOR SELECT TO "medley_identity" USING (true);--> statement-breakpoint
CREATE POLICY "identity_select" ON "session" AS PERMISSIVE FOR SELECT TO "medley_identity" USING (true);--> statement-breakpoint
CREATE POLICY "identity_insert" ON "session" AS PERMISSIVE FOR INSERT TO "medley_identity" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "identity_update" ON "session" AS PERMISSIVE FOR UPDATE TO "medley_identity" USING (revoked_at is null) WITH CHECK (revoked_at is not null);--> statement-breakpoint
CREATE POLICY "identity_select" ON "tenant" AS PERMISSIVE FOR SELECT TO "medley_identity" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_select" ON "tenant" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "public_select" ON "listing" AS PERMISSIVE FOR SELECT TO "medley_public" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "listing" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "guest_select" ON "listing" AS PERMISSIVE FOR SELECT TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and true);--> statement-breakpoint
CREATE POLICY "kernel_select" ON "listing" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "listing" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_update" ON "listing" AS PERMISSIVE FOR UPDATE TO "medley_kernel" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_delete" ON "listing" AS PERMISSIVE FOR DELETE TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "public_select" ON "listing_hint" AS PERMISSIVE FOR SELECT TO "medley_public" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_select" ON "listing_hint" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "listing_hint" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_update" ON "listing_hint" AS PERMISSIVE FOR UPDATE TO "medley_kernel" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_delete" ON "listing_hint" AS PERMISSIVE FOR DELETE TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "public_select" ON "term" AS PERMISSIVE FOR SELECT TO "medley_public" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_select" ON "term" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "term" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_update" ON "term" AS PERMISSIVE FOR UPDATE TO "medley_kernel" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_delete" ON "term" AS PERMISSIVE FOR DELETE TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "message" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff', '{owner,admin,scheduler,practitioner}')));--> statement-breakpoint
CREATE POLICY "guest_select" ON "message" AS PERMISSIVE FOR SELECT TO "medley_guest" USING (tenant_id = (select ctx.tenant('guest')) and appointment_id = (select a.id from appointment a where a.id = (select ctx.grant_id())));--> statement-breakpoint
CREATE POLICY "system_select" ON "message" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "system_insert" ON "message" AS PERMISSIVE FOR INSERT TO "medley_worker" WITH CHECK (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "system_update" ON "message" AS PERMISSIVE FOR UPDATE TO "medley_worker" USING (tenant_id = (select ctx.tenant('system'))) WITH CHECK (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "resource" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "resource_membership" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "kernel_select" ON "resource_membership" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_select" ON "audit_event" AS PERMISSIVE FOR SELECT TO "medley_staff" USING (tenant_id = (select ctx.tenant('staff', '{owner,admin,auditor}')));--> statement-breakpoint
CREATE POLICY "system_select" ON "audit_event" AS PERMISSIVE FOR SELECT TO "medley_worker" USING (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "staff_insert" ON "audit_event" AS PERMISSIVE FOR INSERT TO "medley_staff" WITH CHECK (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "guest_insert" ON "audit_event" AS PERMISSIVE FOR INSERT TO "medley_guest" WITH CHECK (tenant_id = (select ctx.tenant('guest')) and entity_id = (select ctx.grant_id()));--> statement-breakpoint
CREATE POLICY "worker_insert" ON "audit_event" AS PERMISSIVE FOR INSERT TO "medley_worker" WITH CHECK (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "audit_event" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "identity_insert" ON "audit_event" AS PERMISSIVE FOR INSERT TO "medley_identity" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "relay_select" ON "heartbeat" AS PERMISSIVE FOR SELECT TO "medley_relay" USING (true);--> statement-breakpoint
CREATE POLICY "relay_insert" ON "heartbeat" AS PERMISSIVE FOR INSERT TO "medley_relay" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "relay_update" ON "heartbeat" AS PERMISSIVE FOR UPDATE TO "medley_relay" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "public_select" ON "heartbeat" AS PERMISSIVE FOR SELECT TO "medley_public" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_select" ON "idempotency" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "idempotency" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_update" ON "idempotency" AS PERMISSIVE FOR UPDATE TO "medley_kernel" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_delete" ON "idempotency" AS PERMISSIVE FOR DELETE TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "staff_insert" ON "outbox" AS PERMISSIVE FOR INSERT TO "medley_staff" WITH CHECK (tenant_id = (select ctx.tenant('staff')));--> statement-breakpoint
CREATE POLICY "guest_insert" ON "outbox" AS PERMISSIVE FOR INSERT TO "medley_guest" WITH CHECK (tenant_id = (select ctx.tenant('guest')) and aggregate_id = (select ctx.grant_id()));--> statement-breakpoint
CREATE POLICY "worker_insert" ON "outbox" AS PERMISSIVE FOR INSERT TO "medley_worker" WITH CHECK (tenant_id = (select ctx.tenant('system')));--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "outbox" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "relay_update" ON "outbox" AS PERMISSIVE FOR UPDATE TO "medley_relay" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "relay_select" ON "outbox" AS PERMISSIVE FOR SELECT TO "medley_relay" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_select" ON "outbox" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_delete" ON "outbox" AS PERMISSIVE FOR DELETE TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_select" ON "tally" AS PERMISSIVE FOR SELECT TO "medley_kernel" USING (true);--> statement-breakpoint
CREATE POLICY "kernel_insert" ON "tally" AS PERMISSIVE FOR INSERT TO "medley_kernel" WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_update" ON "tally" AS PERMISSIVE FOR UPDATE TO "medley_kernel" USING (true) WITH CHECK (true);--> statement-breakpoint
CREATE POLICY "kernel_delete" ON "tally" AS PERMISSIVE FOR DELETE TO "medley_kernel" USING (true);