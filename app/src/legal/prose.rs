//! A legal text as it is read: the Markdown that such texts use (headings, lists, tables, rules, bold, italics, links), and
//! nothing that could act. What is none of these stands as it was typed.

use super::words::words;
use crate::ui::Badge;
use crate::ui::Tone;
use club::legal_documents::{LegalText, LegalTexts};
use leptos::prelude::*;

/// A part of a text that stands by itself.
#[derive(Debug, PartialEq, Eq)]
enum Block {
    /// With its level, from 1.
    Heading(usize, String),
    Paragraph(String),
    Bullets(Vec<String>),
    Numbers(Vec<String>),
    /// The first row is the head.
    Table(Vec<Vec<String>>),
    Rule,
}

/// A part of a line.
#[derive(Debug, PartialEq, Eq)]
enum Span<'a> {
    Plain(&'a str),
    Strong(&'a str),
    Emphasis(&'a str),
    Link { text: &'a str, href: &'a str },
}

/// What one line is.
enum Line<'a> {
    Blank,
    Heading(usize, &'a str),
    Bullet(&'a str),
    Number(&'a str),
    Row(&'a str),
    Rule,
    Words(&'a str),
}

fn line(text: &str) -> Line<'_> {
    let text = text.trim();
    let hashes = text.len() - text.trim_start_matches('#').len();
    let number = text
        .split_once(['.', ')'])
        .filter(|(digits, _)| (1..=3).contains(&digits.len()))
        .filter(|(digits, _)| digits.bytes().all(|digit| digit.is_ascii_digit()))
        .and_then(|(_, rest)| rest.strip_prefix(' '));
    if text.is_empty() {
        Line::Blank
    } else if (1..=6).contains(&hashes) && text[hashes..].starts_with(' ') {
        Line::Heading(hashes, text[hashes..].trim())
    } else if text.len() >= 3 && text.chars().all(|sign| sign == '-') {
        Line::Rule
    } else if let Some(item) = ["- ", "* ", "+ "]
        .iter()
        .find_map(|mark| text.strip_prefix(mark))
    {
        Line::Bullet(item)
    } else if let Some(item) = number {
        Line::Number(item)
    } else if text.starts_with('|') {
        Line::Row(text)
    } else {
        Line::Words(text)
    }
}

/// The cells of a table's row; of the line below its head there are none.
fn cells(row: &str) -> Vec<String> {
    let row = row.trim_matches('|');
    if row.chars().all(|sign| "|-: ".contains(sign)) {
        return Vec::new();
    }
    row.split('|').map(|cell| cell.trim().to_owned()).collect()
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut is_new = true;
    for text in text.lines() {
        let one = line(text);
        let last = blocks.last_mut().filter(|_| !is_new);
        is_new = matches!(one, Line::Blank);
        match (one, last) {
            (Line::Blank, _) => {}
            (Line::Words(more), Some(Block::Paragraph(text))) => {
                text.push(' ');
                text.push_str(more);
            }
            // A longer item goes on in the next line.
            (Line::Words(more), Some(Block::Bullets(items) | Block::Numbers(items))) => {
                if let Some(item) = items.last_mut() {
                    item.push(' ');
                    item.push_str(more);
                }
            }
            (Line::Bullet(item), Some(Block::Bullets(items)))
            | (Line::Number(item), Some(Block::Numbers(items))) => items.push(item.to_owned()),
            (Line::Row(row), Some(Block::Table(rows))) => {
                rows.extend(Some(cells(row)).filter(|cells| !cells.is_empty()));
            }
            (Line::Heading(level, text), _) => blocks.push(Block::Heading(level, text.to_owned())),
            (Line::Bullet(item), _) => blocks.push(Block::Bullets(vec![item.to_owned()])),
            (Line::Number(item), _) => blocks.push(Block::Numbers(vec![item.to_owned()])),
            (Line::Row(row), _) => blocks.push(Block::Table(vec![cells(row)])),
            (Line::Rule, _) => blocks.push(Block::Rule),
            (Line::Words(text), _) => blocks.push(Block::Paragraph(text.to_owned())),
        }
    }
    blocks
}

/// What begins at the front of a text, and what follows it.
fn marked(text: &str) -> Option<(Span<'_>, &str)> {
    let between = |mark: &str| {
        let (inside, rest) = text.strip_prefix(mark)?.split_once(mark)?;
        (!inside.is_empty() && inside.trim() == inside).then_some((inside, rest))
    };
    if let Some((inside, rest)) = between("**") {
        return Some((Span::Strong(inside), rest));
    }
    if let Some((inside, rest)) = between("*") {
        return Some((Span::Emphasis(inside), rest));
    }
    let (words, rest) = text.strip_prefix('[')?.split_once("](")?;
    let (href, rest) = rest.split_once(')')?;
    // What a club wrote leads to the web or to a mailbox and nowhere else.
    let is_safe = href.starts_with("https://") || href.starts_with("mailto:");
    let is_link = is_safe && !words.contains(['[', ']']) && !words.is_empty();
    is_link.then_some((Span::Link { text: words, href }, rest))
}

fn spans(text: &str) -> Vec<Span<'_>> {
    let (mut spans, mut plain, mut rest) = (Vec::new(), text, text);
    while let Some(place) = rest.find(['*', '[']) {
        if let Some((span, after)) = marked(&rest[place..]) {
            let before = &plain[..plain.len() - rest.len() + place];
            if !before.is_empty() {
                spans.push(Span::Plain(before));
            }
            spans.push(span);
            (plain, rest) = (after, after);
        } else {
            rest = &rest[place + 1..];
        }
    }
    if !plain.is_empty() {
        spans.push(Span::Plain(plain));
    }
    spans
}

/// One line with what is marked in it.
fn inline(text: &str) -> Vec<AnyView> {
    let spans = spans(text).into_iter();
    spans
        .map(|span| match span {
            Span::Plain(text) => text.to_owned().into_any(),
            Span::Strong(text) => view! { <strong>{text.to_owned()}</strong> }.into_any(),
            Span::Emphasis(text) => view! { <em>{text.to_owned()}</em> }.into_any(),
            Span::Link { text, href } => view! { <a class="text-ink underline underline-offset-4" href=href.to_owned() rel="external noopener">{text.to_owned()}</a> }.into_any(),
        })
        .collect()
}

fn items(items: Vec<String>) -> Vec<AnyView> {
    let items = items.into_iter();
    items
        .map(|item| view! { <li>{inline(&item)}</li> }.into_any())
        .collect()
}

fn shown(block: Block) -> AnyView {
    match block {
        Block::Heading(1 | 2, text) => {
            view! { <h3 class="mt-3 font-semibold">{inline(&text)}</h3> }.into_any()
        }
        Block::Heading(_, text) => {
            view! { <h4 class="mt-2 font-medium">{inline(&text)}</h4> }.into_any()
        }
        Block::Paragraph(text) => view! { <p>{inline(&text)}</p> }.into_any(),
        Block::Bullets(list) => view! { <ul class="list-disc pl-5">{items(list)}</ul> }.into_any(),
        Block::Numbers(list) => {
            view! { <ol class="list-decimal pl-5">{items(list)}</ol> }.into_any()
        }
        Block::Rule => view! { <hr class="border-line"/> }.into_any(),
        Block::Table(rows) => {
            let mut rows = rows.into_iter();
            let head = rows.next().unwrap_or_default().into_iter();
            let head = head.map(|cell| view! { <th scope="col" class="py-2 pr-4 font-medium text-muted">{inline(&cell)}</th> });
            let rows = rows.map(|row| {
                let cells = row
                    .into_iter()
                    .map(|cell| view! { <td class="py-2 pr-4 align-top">{inline(&cell)}</td> });
                view! { <tr>{cells.collect_view()}</tr> }
            });
            view! {
                <table class="w-full text-left">
                    <thead class="border-b border-line"><tr>{head.collect_view()}</tr></thead>
                    <tbody class="divide-y divide-line">{rows.collect_view()}</tbody>
                </table>
            }
            .into_any()
        }
    }
}

/// A text in the languages that it has.
#[component]
pub(super) fn Texts(texts: LegalTexts) -> impl IntoView {
    let t = words();
    let LegalTexts { pt_br, en } = texts;
    let has_english = en.is_some();
    view! {
        <div class="grid min-w-0 gap-6">
            <One text=pt_br language="pt-BR" word=has_english.then_some(t.portuguese)/>
            {en.map(|text| view! { <One text language="en" word=Some(t.english)/> })}
        </div>
    }
}

#[component]
fn One(text: LegalText, language: &'static str, word: Option<&'static str>) -> impl IntoView {
    view! {
        <article class="surface min-w-0 p-5 sm:p-6" lang=language>
            <div class="flex flex-wrap items-center justify-between gap-2">
                <h2 class="text-base font-semibold break-words">{text.title}</h2>
                {word.map(|text| view! { <Badge tone=Tone::Plain text/> })}
            </div>
            <div class="mt-3 grid max-w-prose gap-3 break-words">{blocks(&text.body).into_iter().map(shown).collect_view()}</div>
        </article>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_told_apart() {
        let paragraph = |text: &str| Block::Paragraph(text.to_owned());
        let list = |items: [&str; 2]| items.map(str::to_owned).to_vec();
        let text = "## 1. O clube\n\nUm\ntexto.\n\n- a\n- b\n\n1. c\n2. d\n\n---\n\n| S | T |\n| --- | :-: |\n| x | y |\n#nada";
        assert_eq!(
            blocks(text),
            [
                Block::Heading(2, "1. O clube".to_owned()),
                paragraph("Um texto."),
                Block::Bullets(list(["a", "b"])),
                Block::Numbers(list(["c", "d"])),
                Block::Rule,
                Block::Table(vec![list(["S", "T"]), list(["x", "y"])]),
                paragraph("#nada"),
            ]
        );
        assert_eq!(blocks(" \n\n"), []);
    }

    #[test]
    fn only_what_is_safe_is_a_link() {
        assert_eq!(
            spans("a **b** c *d* [e](https://f.example) [g](javascript:h) 2 * 3 * 4 ç"),
            [
                Span::Plain("a "),
                Span::Strong("b"),
                Span::Plain(" c "),
                Span::Emphasis("d"),
                Span::Plain(" "),
                Span::Link {
                    text: "e",
                    href: "https://f.example"
                },
                Span::Plain(" [g](javascript:h) 2 * 3 * 4 ç"),
            ]
        );
        assert_eq!(spans(""), []);
    }
}
