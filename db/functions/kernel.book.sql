-- Writes the visit whose hold kernel.confirm has just turned into booked time: chart, visit, the first line of its history, who
-- booked for the patient, what was acknowledged, audit and news. Time, service and offer are the hold's, so a guest books
-- nothing but what was held for them; the hold's row goes. The chart takes the visit's id. `chart` and `booker` (or null) hold a
-- person's columns in camel case, `acknowledged` a list of document and version. SQLSTATE 28000 when nothing is held.
create or replace function kernel.book(
  visit_id uuid, booked_at timestamptz, recipient text, chart jsonb, booker jsonb, acknowledged jsonb
) returns void
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  set plan_cache_mode = force_generic_plan set enable_seqscan = off
as $$
declare
  claim text[] := kernel.permit(visit_id, '{hold}');
  owner_tenant uuid := claim[2]::uuid;
  request text := nullif(claim[10], '');
  kept hold%rowtype;
begin
  delete from hold h where h.tenant_id = owner_tenant and h.id = visit_id returning * into kept;
  if not found then
    raise exception 'nothing is held' using errcode = '28000';
  end if;
  insert into patient (tenant_id, id, given_name, family_name, birth_date, email, phone)
    values (owner_tenant, visit_id, chart ->> 'givenName', chart ->> 'familyName', (chart ->> 'birthDate')::date, chart ->> 'email',
      chart ->> 'phone');
  insert into appointment (tenant_id, id, listing_id, service_id, patient_id, status, starts_at, ends_at, offer, contact_hash,
      created_at, request_id)
    values (owner_tenant, visit_id, kept.listing_id, kept.service_id, visit_id, 'booked', kept.starts_at, kept.ends_at, kept.offer,
      recipient, booked_at, request);
  insert into appointment_history (tenant_id, appointment_id, to_status, starts_at, ends_at, by_scope, at)
    values (owner_tenant, visit_id, 'booked', kept.starts_at, kept.ends_at, claim[1], clock_timestamp());
  if jsonb_typeof(booker) = 'object' then
    insert into related_person (tenant_id, appointment_id, given_name, family_name, birth_date, email, phone, relationship)
      values (owner_tenant, visit_id, booker ->> 'givenName', booker ->> 'familyName', (booker ->> 'birthDate')::date,
        booker ->> 'email', booker ->> 'phone', booker ->> 'relationship');
  end if;
  if acknowledged <> '[]' then
    insert into acknowledgement (tenant_id, appointment_id, document, version)
      select owner_tenant, visit_id, a.document, a.version
      from jsonb_to_recordset(acknowledged) as a(document text, version text)
      on conflict do nothing;
  end if;
  insert into audit_event (tenant_id, scope, request_id, action, entity, entity_id)
    values (owner_tenant, claim[1], request, 'appointment.booked', 'appointment', visit_id);
  insert into outbox (tenant_id, topic, aggregate_id, request_id)
    values (owner_tenant, 'booking.booked', visit_id, request);
end $$;
revoke all on function kernel.book from public;
grant execute on function kernel.book to medley_guest;
