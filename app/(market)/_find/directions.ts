/** Where a place is on a map of everyone's: OpenStreetMap. */
export const directionsTo = ({ lat, lng }: { lat: number; lng: number }): string =>
  `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lng}#map=17/${lat}/${lng}`
