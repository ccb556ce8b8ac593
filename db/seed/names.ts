import type { Random } from './random.ts'

/** Names of one background as they occur in the United States, with the languages that may come with it. */
type Background = {
  weight: number
  female: string
  male: string
  family: string
  /** Language and how many of a hundred speak it. */
  languages: readonly (readonly [string, number])[]
}

const backgrounds: readonly Background[] = [
  {
    weight: 40,
    female:
      'Emily Sarah Jessica Katherine Megan Laura Rachel Hannah Elizabeth Amy Heather Allison Claire Julia Molly Kristen Lindsay Anne Martha Ruth Nora Paige Holly Abigail Margaret Eleanor',
    male: 'Michael David James Robert Daniel Matthew Andrew Thomas William Brian Kevin Mark Peter Stephen Eric Patrick Gregory Samuel Benjamin Nathan Paul Henry Walter Simon Joel Owen',
    family:
      "Smith Miller Johnson Brown Davis Wilson Anderson Taylor Moore Clark Lewis Walker Hall Young King Wright Hill Green Baker Nelson Carter Mitchell Roberts Turner Phillips Parker Collins Stewart Morris Cook Rogers Bell Murphy Bailey Cooper Richardson Peterson Gray Ramsey Brooks Kelly Sanders Price Bennett Wood Ross Henderson Coleman Jenkins Perry O'Brien O'Connor McCarthy Sullivan Fitzgerald Schneider Larsen Lindqvist",
    languages: [
      ['German', 3],
      ['French', 4],
      ['Spanish', 8],
      ['American Sign Language', 2],
    ],
  },
  {
    weight: 20,
    female:
      'María Sofía Isabel Carmen Lucía Ana Gabriela Valeria Daniela Rosa Elena Patricia Verónica Claudia Mariana Teresa Adriana Paola Beatriz Alejandra',
    male: 'José Luis Carlos Juan Miguel Jorge Diego Rafael Fernando Alejandro Manuel Ricardo Andrés Roberto Eduardo Héctor Sergio Javier Antonio Óscar',
    family:
      'García Rodríguez Martínez Hernández López González Pérez Sánchez Ramírez Torres Flores Rivera Gómez Díaz Reyes Morales Cruz Ortiz Gutiérrez Chávez Ramos Ruiz Mendoza Álvarez Castillo Vázquez Romero Herrera Medina Aguilar Vega Soto Delgado Ríos Navarro Figueroa Colón Maldonado',
    languages: [['Spanish', 96]],
  },
  {
    weight: 13,
    female:
      'Aaliyah Imani Keisha Latoya Monique Tamara Jasmine Denise Yolanda Renee Simone Nia Ebony Danielle Brianna Zora',
    male: 'Marcus Darnell Andre Malik Terrence Jerome Isaiah Xavier Curtis Reginald Desmond Elijah Lamar Byron Vernon Clifton',
    family:
      'Washington Jefferson Booker Banks Freeman Joseph Gaines Jackson Robinson Harris Franklin Bryant Mosley Charles Baptiste Pierre Okafor Mensah Adeyemi Diallo Bekele Tesfaye Mohamed',
    languages: [
      ['French', 8],
      ['Haitian Creole', 8],
      ['Amharic', 4],
      ['Somali', 4],
      ['Spanish', 6],
    ],
  },
  {
    weight: 10,
    female: 'Priya Anjali Neha Kavita Sunita Deepa Meera Pooja Lakshmi Aisha Farah Nadia Shreya Divya',
    male: 'Raj Sanjay Anil Vikram Arjun Ravi Amit Suresh Imran Farhan Harpreet Rohan Kiran Nikhil',
    family:
      'Patel Shah Gupta Sharma Singh Kumar Reddy Rao Desai Mehta Iyer Nair Khan Ahmed Chaudhry Malik Gill Kaur Das Banerjee',
    languages: [
      ['Hindi', 75],
      ['Gujarati', 25],
      ['Punjabi', 20],
      ['Urdu', 15],
      ['Tamil', 10],
    ],
  },
  {
    weight: 7,
    female: 'Mei Li-Hua Jing Grace Lily Vivian Xiu Fang Christine Joyce Yan Hui',
    male: 'Wei Jian Ming Kevin Raymond Jason Bo Liang Hong Albert Victor Feng',
    family: 'Chen Wang Li Zhang Liu Lin Huang Wu Yang Chang Lee Wong Chan Cheng Ho Lam Tsai Zhao',
    languages: [
      ['Mandarin', 80],
      ['Cantonese', 35],
    ],
  },
  {
    weight: 5,
    female: 'Linh Thuy Mai Huong Trang Anh Kim Lan Hoa Thao',
    male: 'Minh Tuan Hung Duc Quang Huy Khoa Bao Long Thanh',
    family: 'Nguyen Tran Le Pham Hoang Phan Vu Dang Bui Do Ngo Duong',
    languages: [
      ['Vietnamese', 90],
      ['French', 5],
    ],
  },
  {
    weight: 5,
    female: 'Maricel Rowena Liza Jocelyn Imelda Cristina Analyn Divina Katrina Luz',
    male: 'Rodel Jayson Ramon Arnel Dennis Ernesto Noel Gerardo Rommel Efren',
    family:
      'Santos Reyes Bautista Ocampo Villanueva Aquino Mercado Dizon Pangilinan Salazar Tolentino Magsaysay Manalo',
    languages: [
      ['Tagalog', 85],
      ['Spanish', 8],
    ],
  },
  {
    weight: 4,
    female: 'Soo-Jin Ji-Woo Eun-Ji Min-Ah Hye-Jin Esther Grace Yuna',
    male: 'Joon-Ho Sung-Min Dong-Hyun Jae-Won Hyun-Woo Daniel Samuel Tae-Yang',
    family: 'Kim Park Choi Jung Kang Cho Yoon Jang Lim Han Shin Seo',
    languages: [['Korean', 85]],
  },
  {
    weight: 5,
    female: 'Layla Fatima Yasmin Noor Rania Shirin Leila Maryam Hala Dina',
    male: 'Omar Hassan Khalid Tariq Samir Youssef Reza Amir Karim Nabil',
    family: 'Haddad Khoury Nasser Saleh Rahman Hosseini Farahani Mansour Aziz Ibrahim Karimi Shaheen Azar Boutros',
    languages: [
      ['Arabic', 65],
      ['Farsi', 30],
      ['French', 8],
    ],
  },
  {
    weight: 5,
    female: 'Olga Svetlana Irina Natalia Agnieszka Magda Ewa Tatiana Ivana Zofia',
    male: 'Dmitri Sergei Andrei Pavel Tomasz Piotr Marek Oleg Viktor Jakub',
    family: 'Ivanov Petrov Sokolov Kovalenko Shevchenko Kowalski Nowak Wisniewski Novak Horvat Popescu Melnyk',
    languages: [
      ['Russian', 55],
      ['Polish', 35],
      ['Ukrainian', 20],
    ],
  },
  {
    weight: 2,
    female: 'Ana Beatriz Camila Fernanda Larissa Helena Lívia Renata',
    male: 'João Pedro Rafael Thiago Bruno Felipe Gustavo Mateus',
    family: 'Silva Souza Oliveira Pereira Costa Almeida Carvalho Medeiros Furtado Cabral',
    languages: [
      ['Portuguese', 95],
      ['Spanish', 15],
    ],
  },
]

/** How much more often a Spanish name is met in these states. */
const hispanicStates: Record<string, number> = { PR: 40, TX: 2, CA: 2, NM: 3, FL: 2, AZ: 2, NV: 1.5, NJ: 1.3, NY: 1.3 }

const words = (text: string): string[] => text.split(' ')
const lists = backgrounds.map((background) => ({
  weight: background.weight,
  given: [...words(background.female), ...words(background.male)],
  family: words(background.family),
  languages: background.languages,
}))
type List = (typeof lists)[number]

const weighedByState = new Map<string, (readonly [List, number])[]>()

function weighed(state: string): (readonly [List, number])[] {
  const known = weighedByState.get(state)
  if (known) return known
  const made = lists.map(
    (list, index) => [list, list.weight * (index === 1 ? (hispanicStates[state] ?? 1) : 1)] as const,
  )
  weighedByState.set(state, made)
  return made
}

/** A name that nobody in particular has, as it could be in `state`. */
export function inventName(random: Random, state: string): { givenName: string; familyName: string } {
  const list = random.weighted(weighed(state))
  return { givenName: random.pick(list.given), familyName: random.pick(list.family) }
}

/** A practitioner who does not exist: the name as it could be in `state`, and languages to go with it, English first. */
export function inventSpeaker(random: Random, state: string): { displayName: string; languages: string[] } {
  const list = random.weighted(weighed(state))
  const spoken = list.languages.filter(([, share]) => random.chance(share / 100)).map(([language]) => language)
  const languages = new Set(['English', ...spoken])
  if (state === 'PR') languages.add('Spanish')
  if (state === 'GU' && random.chance(0.3)) languages.add('Chamorro')
  return { displayName: `${random.pick(list.given)} ${random.pick(list.family)}`, languages: [...languages] }
}
