// Every word the widget itself says. A language is one more entry with the same keys.

import { cardStrings } from "./cards_strings.js";

const english = {
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
  retry: "Try again",
};

const languages = { en: { ...english, cards: cardStrings.en } };

/** The strings for a language tag ("en-US"); English where there are none. */
export function stringsFor(tag) {
  return languages[(tag || "en").toLowerCase().split("-")[0]] || languages.en;
}
