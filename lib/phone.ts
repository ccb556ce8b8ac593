/** A telephone number as people write it: '+16175550150' is '(617) 555-0150'; one of another country stays as it is. */
export const phoneLabel = (phone: string): string => phone.replace(/^\+1(\d{3})(\d{3})(\d{4})$/, '($1) $2-$3')
