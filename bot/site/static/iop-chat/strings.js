// Every word of the widget. A language is one more entry.

import { cardStrings } from "./cards_strings.js";

const english = {
  tag: "en",
  name: "Assistant",
  launch: "Ask a question",
  close: "Close the chat",
  log: "Conversation",
  notice: [
    "Not a person, not monitored. In an emergency ",
    ["call 911", "tel:911"],
    "; ",
    ["call", "tel:988"],
    " or ",
    ["text 988", "sms:988"],
    " for crisis support.",
  ],
  greeting:
    "Hi. I can answer questions about intensive outpatient programs (IOPs). Ask in your own words. You don't have to give your name.",
  starters: [
    { title: "What is an IOP?", payload: "/what_is_iop" },
    { title: "How long does it take?", payload: "/program_length" },
    { title: "Can I keep my job?", payload: "/work_school_home" },
    { title: "How do I start?", payload: "/how_to_start" },
  ],
  label: "Your message",
  placeholder: "Type your question",
  send: "Send",
  left: (count) => (count === 1 ? "1 character left" : `${count} characters left`),
  you: "You said:",
  assistant: "Assistant:",
  writing: "The assistant is writing",
  choices: "You can also ask",
  sources: (count) => `Where this comes from (${count})`,
  contacts: "Who you can call",
  safety: "Help right now",
  noAnswer: "Sorry, I can't answer right now. Your message is not lost.",
  unsent: "Not sent yet. I'll keep trying.",
  retry: "Try again",
  earlier: "Said earlier. Names and numbers were taken out before it was saved.",
  noEarlier: "What you said earlier can't be shown right now.",

  about: "About this answer",
  tellMore: "Tell me more",
  simpler: "Say it simpler",
  whereFrom: "Where is this from?",
  up: "This helped",
  down: "This did not help",
  why: "Why? You can leave this empty. Please give no names.",
  sendWhy: "Send",
  thanks: "Thank you.",
  notSaved: "That could not be sent. Please try again.",
  copy: "Copy",
  copied: "Copied.",
  read: "Read aloud",
  stopReading: "Stop reading",

  exit: "Quick exit",
  exitHint:
    "Quick exit hides this page, clears this chat from this tab, and opens a weather page. Shift three times does the same. Your browser's history will still show that you were here.",
  leaving: "Loading…",
  menu: "Options",
  size: "Text size",
  smaller: "Smaller text",
  larger: "Larger text",
  shared: "Others use this device: delete this chat when I close it",
  save: "Save this chat as a file",
  startOver: "Start over",
  remove: "Delete my conversation",
  removeAsk: "Delete this conversation, here and on the server? This can't be undone.",
  removeYes: "Delete it",
  removeNo: "Keep it",
  removed: "Your conversation is deleted.",
  notRemoved: "Your conversation is not deleted yet, because I can't reach the server. I'll try again as soon as I can.",
};

const spanish = {
  tag: "es",
  name: "Asistente",
  launch: "Haga una pregunta",
  close: "Cerrar el chat",
  log: "Conversación",
  notice: [
    "No es una persona y nadie lo vigila. En una emergencia, ",
    ["llame al 911", "tel:911"],
    "; para apoyo en una crisis, ",
    ["llame", "tel:988"],
    " o ",
    ["mande un texto al 988", "sms:988"],
    ".",
  ],
  greeting:
    "Hola. Respondo preguntas sobre los programas intensivos ambulatorios (IOP). Por ahora entiendo y contesto en inglés. No tiene que dar su nombre.",
  starters: [
    { title: "¿Qué es un IOP?", payload: "/what_is_iop" },
    { title: "¿Cuánto dura?", payload: "/program_length" },
    { title: "¿Puedo seguir trabajando?", payload: "/work_school_home" },
    { title: "¿Cómo empiezo?", payload: "/how_to_start" },
  ],
  label: "Su mensaje",
  placeholder: "Escriba su pregunta",
  send: "Enviar",
  left: (count) => (count === 1 ? "Queda 1 carácter" : `Quedan ${count} caracteres`),
  you: "Usted dijo:",
  assistant: "Asistente:",
  writing: "El asistente está escribiendo",
  choices: "También puede preguntar",
  sources: (count) => `De dónde viene esto (${count})`,
  contacts: "A quién puede llamar",
  safety: "Ayuda ahora mismo",
  noAnswer: "Lo siento, no puedo contestar ahora. Su mensaje no se ha perdido.",
  unsent: "Aún no se ha enviado. Seguiré intentándolo.",
  retry: "Intentar de nuevo",
  earlier: "Dicho antes. Los nombres y números se quitaron antes de guardarlo.",
  noEarlier: "Lo que dijo antes no se puede mostrar ahora.",

  about: "Sobre esta respuesta",
  tellMore: "Dígame más",
  simpler: "Dígalo más fácil",
  whereFrom: "¿De dónde viene esto?",
  up: "Me ayudó",
  down: "No me ayudó",
  why: "¿Por qué? Puede dejarlo vacío. Por favor, no dé nombres.",
  sendWhy: "Enviar",
  thanks: "Gracias.",
  notSaved: "No se pudo enviar. Inténtelo de nuevo.",
  copy: "Copiar",
  copied: "Copiado.",
  read: "Leer en voz alta",
  stopReading: "Dejar de leer",

  exit: "Salir rápido",
  exitHint:
    "Salir rápido oculta esta página, borra este chat de esta pestaña y abre una página del tiempo. La tecla Mayús tres veces hace lo mismo. El historial de su navegador seguirá mostrando que estuvo aquí.",
  leaving: "Cargando…",
  menu: "Opciones",
  size: "Tamaño del texto",
  smaller: "Texto más pequeño",
  larger: "Texto más grande",
  shared: "Otras personas usan este aparato: borrar este chat cuando lo cierre",
  save: "Guardar este chat en un archivo",
  startOver: "Empezar de nuevo",
  remove: "Borrar mi conversación",
  removeAsk: "¿Borrar esta conversación, aquí y en el servidor? No se puede deshacer.",
  removeYes: "Borrarla",
  removeNo: "Conservarla",
  removed: "Su conversación está borrada.",
  notRemoved: "Su conversación aún no está borrada, porque no puedo conectar con el servidor. Lo intentaré de nuevo en cuanto pueda.",
};

export const languages = {
  en: { ...english, cards: cardStrings.en },
  es: { ...spanish, cards: cardStrings.es },
};

/** The strings for a tag like "en-US"; an attribute of `element` (text-launch) takes a string's place. */
export function stringsFor(tag, element) {
  const strings = { ...(languages[(tag || "en").toLowerCase().split("-")[0]] || languages.en) };
  for (const key of Object.keys(strings)) {
    const own = element?.getAttribute(`text-${key}`);
    if (own && typeof strings[key] === "string") strings[key] = own;
  }
  return strings;
}
