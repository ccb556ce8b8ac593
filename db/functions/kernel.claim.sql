-- Takes a listing's resources for a visit that starts at `start_at`, for `holder` (a hold's, an appointment's id), as long as
-- `as_booked` says (null: as the service is now). 'ok'; 'taken' when someone has an overlapping time; 'not_offered' when no
-- visit can start then (grid, hours, notice, horizon, service); 'unknown' when the listing is not the tenant's. Nothing
-- stays unless 'ok'.
create or replace function kernel.claim(
  owner_tenant uuid, wanted_listing uuid, wanted_service uuid, start_at timestamptz, as_booked jsonb,
  holder uuid, claim_kind text, until timestamptz
) returns text language plpgsql as $$
declare
  span tstzrange;
begin
  span := kernel.offered_span(owner_tenant, wanted_listing, wanted_service, start_at, as_booked);
  if span is null then
    return case when exists (select from listing l where l.id = wanted_listing and l.tenant_id = owner_tenant)
      then 'not_offered' else 'unknown' end;
  end if;
  return kernel.take(owner_tenant, wanted_listing, span, holder, claim_kind, until);
end $$;
revoke all on function kernel.claim from public;
