// The words on cards. What the cards tell comes with them; these stand around it.

export const cardStrings = {
  en: {
    locale: "en-US",
    source: (names) => `Source: ${names}`,
    own: "this center",
    time: "Time",
    yes: "Yes",
    no: "No",
    minutes: (count) => `${count} min`,
    leaveAtHome: "Please leave at home",
    days: "Days a week",
    hours: "Hours each day",
    range: (low, high) => (low === high ? low : `${low} to ${high}`),
    weekly: (amount) => `That is ${amount} hours a week.`,
    total: (amount) => `about ${amount} hours`,
  },
  es: {
    locale: "es-US",
    source: (names) => `Fuente: ${names}`,
    own: "este centro",
    time: "Hora",
    yes: "Sí",
    no: "No",
    minutes: (count) => `${count} min`,
    leaveAtHome: "Por favor, deje en casa",
    days: "Días por semana",
    hours: "Horas cada día",
    range: (low, high) => (low === high ? low : `${low} a ${high}`),
    weekly: (amount) => `Son ${amount} horas por semana.`,
    total: (amount) => `unas ${amount} horas`,
  },
};
