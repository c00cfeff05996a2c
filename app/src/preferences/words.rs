//! Words of language and theme.

words! {
    language: "Idioma", "Language";
    theme: "Aparência", "Appearance";
    system: "Do aparelho", "As the device";
    light: "Clara", "Light";
    dark: "Escura", "Dark";
}
