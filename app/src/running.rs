//! Whether the browser's program runs. When it stops, the page says so and goes on as plain HTML.

use kernel::Locale;

/// Says on `<html>` that the page is hydrated, for the style sheet and for tests.
pub fn say_that_it_runs() {
    if let Some(root) = web_sys::window()
        .and_then(|window| window.document())
        .and_then(|document| document.document_element())
    {
        let _ = root.set_attribute("data-hydrated", "");
    }
}

/// Shows a line at the bottom that asks to reload, once. Links and forms keep working: they never needed the program.
pub fn say_that_it_stopped() {
    let Some(document) = web_sys::window().and_then(|window| window.document()) else {
        return;
    };
    let Some((root, body)) = document.document_element().zip(document.body()) else {
        return;
    };
    if root.has_attribute("data-stopped") {
        return;
    }
    let _ = root.set_attribute("data-stopped", "");
    let locale = root
        .get_attribute("lang")
        .as_deref()
        .and_then(Locale::parse)
        .unwrap_or_default();
    let text = match locale {
        Locale::PtBr => {
            "Algo falhou nesta página. Recarregue para continuar; nada do que você enviou se perdeu."
        }
        Locale::En => {
            "Something failed on this page. Reload it to go on; nothing you sent was lost."
        }
    };
    if let Ok(line) = document.create_element("p") {
        line.set_class_name("stopped-line");
        let _ = line.set_attribute("role", "alert");
        line.set_text_content(Some(text));
        let _ = body.append_child(&line);
    }
}
