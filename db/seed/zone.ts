import lookup from '@photostructure/tz-lookup'

/** The zones of the United States and its territories (zone1970.tab's and backward's names for US, PR, VI, GU, MP, AS). */
const ours = new Set(
  `America/New_York America/Detroit America/Kentucky/Louisville America/Kentucky/Monticello America/Indiana/Indianapolis
   America/Indiana/Vincennes America/Indiana/Winamac America/Indiana/Marengo America/Indiana/Petersburg America/Indiana/Vevay
   America/Chicago America/Indiana/Tell_City America/Indiana/Knox America/Menominee America/North_Dakota/Center
   America/North_Dakota/New_Salem America/North_Dakota/Beulah America/Denver America/Boise America/Phoenix
   America/Los_Angeles America/Anchorage America/Juneau America/Sitka America/Metlakatla America/Yakutat America/Nome
   America/Adak Pacific/Honolulu America/Puerto_Rico America/St_Thomas Pacific/Guam Pacific/Saipan Pacific/Pago_Pago`.split(
    /\s+/,
  ),
)

const stepDegrees = 0.02
const rings = 40

/**
 * The IANA zone of a place in the United States, from its coordinate. The lookup's borders are coarse: where it answers
 * with a neighbour's zone (El Paso: Ciudad Juárez), the nearest American zone within 90 km counts. Throws RangeError
 * when there is none: the coordinate is not in the country.
 */
export function zoneAt(lat: number, lng: number): string {
  for (let ring = 0; ring <= rings; ring += 1) {
    const points = ring === 0 ? 1 : 16
    for (let point = 0; point < points; point += 1) {
      const angle = (point / points) * 2 * Math.PI
      const north = lat + ring * stepDegrees * Math.cos(angle)
      const zone = lookup(north, lng + (ring * stepDegrees * Math.sin(angle)) / Math.cos((lat * Math.PI) / 180))
      if (ours.has(zone)) return zone
    }
  }
  throw new RangeError(`no zone of the United States within 90 km of ${lat}, ${lng}`)
}
