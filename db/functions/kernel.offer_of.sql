-- What a listing offers under a service at this moment: length, gaps, price, modality, for whom and by what policy. A hold
-- keeps it and the visit after it, so that a service that changes later changes nothing for whoever holds or booked. Null when
-- the listing does not offer the service. The keys are those of `Offer` in db/schema/booking.ts.
create or replace function kernel.offer_of(of_tenant uuid, of_listing uuid, of_service uuid) returns jsonb language sql stable as $$
  select jsonb_build_object(
    'serviceName', s.name, 'modality', s.modality, 'audience', s.audience,
    'minimumAgeYears', s.minimum_age_years, 'maximumAgeYears', s.maximum_age_years,
    'acceptsNewPatients', r.accepts_new_patients,
    'durationMinutes', s.duration_minutes, 'bufferBeforeMinutes', s.buffer_before_minutes,
    'bufferAfterMinutes', s.buffer_after_minutes, 'cancelUntilMinutes', s.cancel_until_minutes,
    'priceAmount', s.price_amount, 'priceCurrency', s.price_currency)
  from listing_service ls
  join service s on s.tenant_id = ls.tenant_id and s.id = ls.service_id
  join practitioner_role r on r.tenant_id = ls.tenant_id and r.id = ls.listing_id
  where ls.tenant_id = of_tenant and ls.listing_id = of_listing and ls.service_id = of_service
$$;
revoke all on function kernel.offer_of from public;
