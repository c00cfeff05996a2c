//! The frame as it stands in the page: a line for each thing that is there, its name first.
//!
//! The file that every browser downloads first reads this. It is no JSON because reading that takes a program for each type
//! in it, a seventh of that file; what only some pages need is [`Packed`].

use super::{Club, Flash, Frame, Packed, Place, Theme};
use kernel::Locale;
use std::{convert::Infallible, fmt, str::FromStr};

/// What would end a line, or the page's script that the lines stand in, and how it is written after a `\` instead.
const ESCAPED: [(char, char); 3] = [('\\', '\\'), ('\n', 'n'), ('<', 'l')];

impl fmt::Display for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Nowhere => {}
            Place::Platform => line(f, "platform", "")?,
            Place::Club(club) => {
                line(f, "club", &club.name)?;
                if let Some(url) = &club.icon_url {
                    line(f, "icon", url)?;
                }
                line(f, "details", club.details.text())?;
            }
        }
        line(f, "locale", self.locale.tag())?;
        if let Some(theme) = self.theme {
            line(f, "theme", theme.name())?;
        }
        if self.is_folded {
            line(f, "folded", "")?;
        }
        if let Some(session) = &self.session {
            line(f, "session", session.text())?;
        }
        if let Some(flash) = &self.flash {
            write_flash(f, flash)?;
        }
        line(f, "path", &self.path)?;
        line(f, "origin", &self.origin)?;
        match self.zone.text() {
            "" => Ok(()),
            zone => line(f, "zone", zone),
        }
    }
}

fn write_flash(f: &mut fmt::Formatter<'_>, flash: &Flash) -> fmt::Result {
    line(f, "form", &flash.form)?;
    line(f, "code", &flash.code)?;
    if flash.is_done {
        line(f, "done", "")?;
    }
    for (name, pairs) in [("field", &flash.fields), ("kept", &flash.kept)] {
        for (field, value) in pairs {
            line(f, name, &format!("{field} {value}"))?;
        }
    }
    match flash.retry_after {
        Some(seconds) => line(f, "retry", &seconds.to_string()),
        None => Ok(()),
    }
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, value: &str) -> fmt::Result {
    write!(f, "{name} ")?;
    for letter in value.chars() {
        match ESCAPED.iter().find(|(plain, _)| *plain == letter) {
            Some((_, written)) => write!(f, "\\{written}")?,
            None => write!(f, "{letter}")?,
        }
    }
    writeln!(f)
}

/// Reads what [`Display`](fmt::Display) wrote; what it does not know it passes over.
impl FromStr for Frame {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let mut frame = Self::default();
        for (name, value) in text.split('\n').filter_map(|line| line.split_once(' ')) {
            frame.take(name, unescaped(value));
        }
        Ok(frame)
    }
}

impl Frame {
    fn take(&mut self, name: &str, value: String) {
        match name {
            "platform" => self.place = Place::Platform,
            "club" => {
                self.place = Place::Club(Box::new(Club {
                    name: value,
                    icon_url: None,
                    details: Packed::of_text(String::new()),
                }));
            }
            "locale" => self.locale = Locale::parse(&value).unwrap_or_default(),
            "theme" => self.theme = Theme::parse(&value),
            "folded" => self.is_folded = true,
            "session" => self.session = Some(Packed::of_text(value)),
            "path" => self.path = value,
            "origin" => self.origin = value,
            "zone" => self.zone = Packed::of_text(value),
            _ => match &mut self.place {
                Place::Club(club) if name == "icon" => club.icon_url = Some(value),
                Place::Club(club) if name == "details" => club.details = Packed::of_text(value),
                _ => self.flash.get_or_insert_default().take(name, value),
            },
        }
    }
}

impl Flash {
    fn take(&mut self, name: &str, value: String) {
        let pair = || {
            let (field, value) = value.split_once(' ').unwrap_or((&value, ""));
            (field.to_owned(), value.to_owned())
        };
        match name {
            "form" => self.form = value,
            "code" => self.code = value,
            "done" => self.is_done = true,
            "field" => self.fields.extend([pair()]),
            "kept" => self.kept.extend([pair()]),
            "retry" => self.retry_after = value.parse().ok(),
            _ => {}
        }
    }
}

fn unescaped(value: &str) -> String {
    let mut is_escaped = false;
    value
        .chars()
        .filter_map(|letter| {
            if is_escaped {
                is_escaped = false;
                let meant = ESCAPED.iter().find(|(_, written)| *written == letter);
                return meant.map(|(plain, _)| *plain);
            }
            is_escaped = letter == '\\';
            (!is_escaped).then_some(letter)
        })
        .collect()
}

#[cfg(all(test, feature = "ssr"))]
mod tests {
    use super::*;
    use crate::frame::ClubDetails;
    use kernel::{CashbackSplit, Slug};
    use std::collections::BTreeMap;
    use tenancy::branding::Branding;

    const NASTY: &str = "a \\ b\nclub <script>\\n\"{x}\" \r\t é 🙂\\";

    fn club() -> Place {
        let slug = Slug::parse("clube-navi").expect("a slug");
        Place::Club(Box::new(Club {
            name: NASTY.to_owned(),
            icon_url: Some("https://x.example/i.png?a=b c".to_owned()),
            details: Packed::of(ClubDetails {
                branding: Branding::initial(NASTY, &slug),
                cashback: CashbackSplit::default(),
                modules: Vec::new(),
                is_past_due: true,
            }),
        }))
    }

    #[test]
    fn what_is_read_is_what_was_written() {
        let pairs = BTreeMap::from([("new[slug]".to_owned(), NASTY.to_owned())]);
        let flash = Flash {
            form: "tenant-create".to_owned(),
            code: "invalid".to_owned(),
            is_done: true,
            fields: pairs.clone(),
            kept: pairs,
            retry_after: Some(30),
        };
        let written = Frame {
            place: club(),
            locale: Locale::En,
            theme: Some(Theme::Dark),
            is_folded: true,
            flash: Some(flash.clone()),
            path: "/admin?q=a b".to_owned(),
            origin: "https://navi.example".to_owned(),
            ..Frame::default()
        };
        let text = written.to_string();
        assert!(!text.contains('<'), "it stands in a script: {text}");
        let Ok(read) = text.parse::<Frame>();
        assert_eq!(read.to_string(), text);
        assert_eq!(read.flash, Some(flash));
        let club = read.club().expect("a club's page");
        assert_eq!(club.name, NASTY);
        assert_eq!(club.details.branding.app_name, NASTY);
        assert!(club.details.is_past_due && read.is_folded);
        assert_eq!((read.locale, read.theme), (Locale::En, Some(Theme::Dark)));
    }

    #[test]
    fn where_nothing_is_nothing_is_read() {
        let Ok(read) = Frame::default().to_string().parse::<Frame>();
        assert!(read.flash.is_none() && read.session.is_none() && read.theme.is_none());
        assert!(matches!(read.place, Place::Nowhere));
    }
}
