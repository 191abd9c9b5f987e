// Reads answers aloud, only with a voice of this device: others would send the words to somebody.

const speech = window.speechSynthesis;

/** A local voice for a language ("en"), or undefined. Browsers load their voices after the first call. */
export function localVoice(language) {
  return speech?.getVoices().find((voice) => voice.localService && voice.lang.toLowerCase().startsWith(language));
}

/** Reads the text, in place of what is being read; `onend` is called when it is over. */
export function readAloud(text, voice, onend) {
  stopReading();
  const spoken = new SpeechSynthesisUtterance(text);
  spoken.voice = voice;
  spoken.lang = voice.lang;
  spoken.onend = spoken.onerror = onend;
  speech.speak(spoken);
}

export function stopReading() {
  speech?.cancel();
}
