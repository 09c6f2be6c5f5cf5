//! One connection: its ladder, what it showed and what was found.

use std::fmt;

use crate::{
    config::FieldId,
    describe::{self, Story},
    payload::{printable, span_of, wrap},
    session::{
        Certificate, ConnectionId, Evidence, Exchange, Finding, Fix, Lost, Opened, PipelineLine, Sent,
        Severity, StageReport, Timestamp, TlsEvidence,
    },
};

use super::current::Ladder;

/// Cells of the label before a text.
const LABEL: usize = 14;

/// One connection, and the connection it led to.
#[derive(Clone, Debug, Default)]
pub struct Connection {
    pub ladder: Ladder,
    pub opened: Option<(Timestamp, Box<Opened>)>,
    pub lost: Option<(Timestamp, Box<Lost>)>,
    pub findings: Vec<Finding>,
    pub pipeline: Vec<PipelineLine>,
    /// Opening messages: kind and size, with the masked text.
    pub sent: Vec<Sent>,
    /// What became of it.
    pub story: Story,
}

impl Connection {
    /// The certificates of the server, or else those of the proxy, the leaf first.
    pub fn served(&self) -> &[Certificate] {
        let of = |is_proxy: bool| {
            self.reports().rev().find_map(|report| match &report.evidence {
                Evidence::Tls(tls) if !is_proxy => Some(&**tls),
                Evidence::Proxy(proxy) if is_proxy => proxy.tls.as_deref(),
                _ => None,
            })
        };
        of(false).or_else(|| of(true)).map_or(&[], |tls| &tls.chain)
    }

    pub fn id(&self) -> ConnectionId {
        self.ladder.connection
    }

    /// Whether it failed, or was lost against the will of this side.
    pub fn has_failed(&self) -> bool {
        self.ladder.failure.is_some() || self.lost.as_ref().is_some_and(|(_, lost)| !lost.is_ours())
    }

    /// The field to look at first, if something is wrong.
    pub fn suspect(&self) -> Option<String> {
        let named = self.by_gravity().into_iter().find_map(|finding| finding.field.clone());
        let edited = self.fixes().flat_map(|fix| &fix.edits).map(|edit| edit.path.clone()).next();
        let is_proxy =
            |finding: &Finding| finding.severity == Severity::Error && finding.code.is_about_proxy();
        let field = if self.findings.iter().any(is_proxy) { FieldId::ProxyUrl } else { FieldId::Url };
        named.or(edited).or_else(|| self.ladder.failure.as_ref().map(|_| field.path().to_owned()))
    }

    /// The fixes that set fields, of all its findings, the gravest first.
    pub fn fixes(&self) -> impl Iterator<Item = &Fix> {
        self.by_gravity().into_iter().flat_map(|finding| &finding.fixes).filter(|fix| !fix.edits.is_empty())
    }

    /// Its findings, the gravest first.
    pub fn by_gravity(&self) -> Vec<&Finding> {
        let mut findings: Vec<_> = self.findings.iter().collect();
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        findings
    }

    /// About how many lines of this width it takes to show, rather more than fewer: the drawing stops at the
    /// last, and this keeps the scroll from running far beyond it.
    pub fn most_lines(&self, width: usize) -> usize {
        let width = width.max(1);
        let lines = |text: &str| text.lines().map(|line| line.len() / width + 1).sum::<usize>();
        let of_exchange = |exchange: &Exchange| {
            let response = exchange.response.as_ref().map_or(0, |one| lines(&one.head) + lines(&one.body));
            lines(&exchange.request) + response + exchange.unread.len() / 16
        };
        let of_tls = |tls: &TlsEvidence| tls_lines(tls, width.saturating_sub(LABEL));
        let of_report = |report: &StageReport| match &report.evidence {
            Evidence::Upgrade(exchange) => of_exchange(exchange),
            Evidence::Proxy(proxy) => {
                let tls = proxy.tls.as_deref().map_or(0, of_tls);
                8 + tls + proxy.exchange.as_deref().map_or(0, of_exchange) + proxy.unread.len() / 16
            }
            Evidence::Tls(tls) => of_tls(tls),
            Evidence::Tcp { tried, .. } => tried.len(),
            _ => 2,
        };
        let of_finding = |finding: &Finding| {
            let fixes = finding.fixes.iter().map(|fix| lines(&fix.title) + fix.edits.len()).sum::<usize>();
            lines(&finding.cause) + finding.evidence.iter().map(|seen| lines(seen)).sum::<usize>() + fixes + 4
        };
        self.reports().map(of_report).sum::<usize>()
            + self.findings.iter().map(of_finding).sum::<usize>()
            + 20
    }

    /// The TLS handshakes, and whether they were completed: with a proxy, then with the server.
    fn handshakes(&self) -> impl Iterator<Item = (&TlsEvidence, bool)> {
        self.reports().filter_map(|report| {
            let is_ok = report.outcome.is_ok();
            match &report.evidence {
                Evidence::Tls(tls) => Some((&**tls, is_ok)),
                Evidence::Proxy(proxy) => {
                    proxy.tls.as_deref().map(|tls| (tls, is_ok || proxy.exchange.is_some()))
                }
                _ => None,
            }
        })
    }

    pub(super) fn reports(&self) -> impl DoubleEndedIterator<Item = &StageReport> {
        self.ladder.stage_rows.iter().filter_map(|stage_row| stage_row.report.as_deref())
    }
}

/// About how many lines the details of a handshake take, their texts in columns of `width` cells.
fn tls_lines(tls: &TlsEvidence, width: usize) -> usize {
    let rows = |text: &str| wrap(&printable(text), width).len();
    let of_certificate = |certificate: &Certificate| {
        let Certificate { subject, issuer, key, signature, sha256, names, judgement, .. } = certificate;
        let (checks, signer) =
            judgement.as_ref().map_or((&[][..], ""), |judgement| (&judgement.checks, &judgement.signer));
        let texts = [subject, issuer, key, signature, sha256, signer].into_iter().map(rows).sum::<usize>();
        let faults = describe::faults(certificate).map(|fault| rows(&fault)).sum::<usize>();
        rows(&names.join(", ")) + texts + faults + describe::check_rows(checks, width).len() + 4
    };
    let opinions =
        describe::tls_opinions(tls, true).into_iter().map(|opinion| rows(&opinion.text)).sum::<usize>();
    let facts = [&tls.server_name, &tls.anchor].into_iter().flatten().map(|text| rows(text)).sum::<usize>();
    opinions + facts + tls.chain.iter().map(of_certificate).sum::<usize>() + 20
}

/// As text: its stages, findings and exchange. Secrets are masked in all of them.
impl fmt::Display for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut lines =
            vec![format!("connection {} to {}, {}", self.id(), self.ladder.url, self.ladder.began)];
        for stage_row in &self.ladder.stage_rows {
            let took = stage_row.report.as_ref().map_or(String::new(), |report| span_of(report.took));
            let message = stage_row.failure().map_or("ok".to_owned(), |failure| failure.message.clone());
            lines.push(format!("{:<9}{took:>9}  {message}", stage_row.stage.word()));
        }
        if let Some((_, lost)) = &self.lost {
            lines.push(lost.message.clone());
        }
        for (tls, is_ok) in self.handshakes() {
            lines.extend(describe::tls_opinions(tls, is_ok).into_iter().map(|opinion| opinion.text));
            for (certificate, nth) in tls.chain.iter().zip(0..) {
                lines
                    .extend(describe::faults(certificate).map(|fault| format!("certificate {nth}, {fault}")));
            }
        }
        for finding in self.by_gravity() {
            lines.push(format!("\n[{}] {}\n{}", finding.code, finding.title, finding.cause));
            lines.extend(finding.evidence.iter().map(|seen| format!("  {seen}")));
            for fix in &finding.fixes {
                lines.push(format!("→ {}", fix.title));
                lines.extend(fix.edits.iter().map(|edit| format!("    {}: {}", edit.path, edit.value)));
            }
        }
        lines.extend(
            self.pipeline.iter().map(|line| format!("\npipeline {}: {}", line.level.word(), line.text)),
        );
        for exchange in self.reports().filter_map(|report| report.evidence.exchange()) {
            lines.push(format!("\n{}", exchange.request.trim_end()));
            if let Some(response) = &exchange.response {
                lines.push(format!("\n{}\n\n{}", response.head.trim_end(), response.body));
            }
        }
        f.write_str(&lines.join("\n"))
    }
}
