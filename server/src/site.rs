//! The site's files: the browser's program, styles, fonts. The binary finds them itself, so it runs from any folder.

use crate::settings::Settings;
use axum::{
    Router,
    http::{HeaderValue, header::CACHE_CONTROL},
    middleware::map_response,
    response::{IntoResponse, Response},
    routing::get_service,
};
use kernel::{Error, Kind, Result};
use leptos::config::{Env, LeptosOptions};
use std::{
    convert::Infallible,
    env, fs,
    path::{Path, PathBuf},
};
use tower::service_fn;
use tower_http::services::{ServeDir, ServeFile};

/// Under this path files carry a hash in their name.
const PACKAGE: &str = "pkg";
/// The hashes. It lies in the site's folder, so that whoever copies that has all of it.
const HASHES: &str = "hash.txt";

/// Where the files are, and how pages refer to them.
#[derive(Clone, Debug)]
pub struct SiteFiles {
    folder: PathBuf,
    /// Names of files and their hashes; without it the names carry none.
    hashes: Option<PathBuf>,
}

impl SiteFiles {
    /// Looks in `CLUBE_SITE_DIR`, then beside the program, then where a build leaves them.
    pub fn find(settings: &Settings) -> Result<Self> {
        let found = Self::look_for(settings)?;
        if found.hashes.is_none() && !found.folder.join(PACKAGE).join("clube.js").is_file() {
            return Err(missing(format!(
                "the site's files in '{}' are not whole: its {HASHES} is missing, or is of another build (CLUBE_SITE_DIR)",
                found.folder.display()
            )));
        }
        Ok(found)
    }

    fn look_for(settings: &Settings) -> Result<Self> {
        let beside = env::current_exe()
            .ok()
            .and_then(|program| program.parent().map(Path::to_path_buf));
        if let Some(folder) = &settings.site_dir {
            return Self::at(folder, beside.as_deref()).ok_or_else(|| {
                missing(format!(
                    "CLUBE_SITE_DIR is '{}', where there is no folder '{PACKAGE}'",
                    folder.display()
                ))
            });
        }
        let places = [
            beside.as_ref().map(|folder| folder.join("site")),
            beside.as_ref().map(|folder| folder.join("../site")),
            Some(PathBuf::from("target/site")),
        ];
        places.iter().flatten().find_map(|folder| Self::at(folder, beside.as_deref())).ok_or_else(|| {
            missing("the site's files are not beside the program; build with `make build` or set CLUBE_SITE_DIR".to_owned())
        })
    }

    fn at(folder: &Path, beside: Option<&Path>) -> Option<Self> {
        if !folder.join(PACKAGE).is_dir() {
            return None;
        }
        let folder = fs::canonicalize(folder).ok()?;
        let places = [
            Some(folder.join(HASHES)),
            folder.parent().map(|up| up.join(HASHES)),
            beside.map(|up| up.join(HASHES)),
        ];
        let hashes = places
            .into_iter()
            .flatten()
            .find(|path| names_files_in(path, &folder.join(PACKAGE)));
        Some(Self { folder, hashes })
    }

    /// What the pages' shell needs to refer to the files.
    pub fn options(&self, settings: &Settings) -> LeptosOptions {
        let hash_file = self
            .hashes
            .as_ref()
            .map_or_else(|| HASHES.to_owned(), |path| path.display().to_string());
        LeptosOptions::builder()
            .output_name("clube")
            .site_root(self.folder.display().to_string())
            .site_pkg_dir(PACKAGE)
            .site_addr(settings.addr)
            .env(Env::PROD)
            .hash_file(hash_file.into())
            .hash_files(self.hashes.is_some())
            .build()
    }

    /// A route for every file and folder of the site.
    pub fn router(&self) -> Router {
        let entries = fs::read_dir(&self.folder)
            .into_iter()
            .flatten()
            .filter_map(Result::<_, std::io::Error>::ok)
            .filter(|entry| entry.file_name() != HASHES);
        entries.fold(Router::new(), |router, entry| {
            let Ok(name) = entry.file_name().into_string() else {
                return router;
            };
            let keep = self.keep(&name);
            let keep = map_response(move |response: Response| async move { kept(response, keep) });
            if entry.path().is_dir() {
                let folder = ServeDir::new(entry.path())
                    .precompressed_br()
                    .precompressed_gzip()
                    .append_index_html_on_directories(false)
                    .fallback(service_fn(|_| async {
                        Ok::<_, Infallible>(Error::not_found("file").into_response())
                    }));
                router.nest_service(&format!("/{name}"), get_service(folder).layer(keep))
            } else {
                let file = ServeFile::new(entry.path())
                    .precompressed_br()
                    .precompressed_gzip();
                router.route_service(&format!("/{name}"), get_service(file).layer(keep))
            }
        })
    }

    /// How long a browser may keep what lies under this name.
    fn keep(&self, name: &str) -> &'static str {
        match name {
            PACKAGE if self.hashes.is_some() => "public, max-age=31536000, immutable",
            // Names stay while their content changes: ask each time.
            PACKAGE => "no-cache",
            "fonts" => "public, max-age=604800",
            _ => "public, max-age=3600",
        }
    }
}

/// Whether the hashes are of these files and not of another build.
fn names_files_in(hashes: &Path, package: &Path) -> bool {
    let Ok(text) = fs::read_to_string(hashes) else {
        return false;
    };
    ["js", "wasm", "css"].iter().all(|kind| {
        let hash = text
            .lines()
            .find_map(|line| line.trim().strip_prefix(kind)?.strip_prefix(':'));
        hash.is_some_and(|hash| {
            let name = format!("clube.{}.{kind}", hash.trim());
            package.join(name).is_file()
        })
    })
}

fn kept(mut response: Response, keep: &'static str) -> Response {
    if response.status().is_success() || response.status() == 304 {
        response
            .headers_mut()
            .insert(CACHE_CONTROL, HeaderValue::from_static(keep));
    }
    response
}

fn missing(message: String) -> Error {
    Error::new(Kind::Internal, "site_missing", message)
}
