/** The pages' look: Jira's own, near enough. No script, nothing from elsewhere. */

export const STYLE = `
:root { --text: #172b4d; --subtle: #5e6c84; --line: #dfe1e6; --soft: #f4f5f7; --blue: #0052cc; }
* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: #fff; font: 14px/1.45 -apple-system, "Segoe UI", Roboto, "Noto Sans", Ubuntu, "Helvetica Neue", Arial, sans-serif; }
a { color: var(--blue); text-decoration: none; }
a:hover { text-decoration: underline; }
header.bar { display: flex; align-items: center; gap: 12px; height: 52px; padding: 0 28px; border-bottom: 1px solid var(--line); box-shadow: 0 1px 2px #091e4214; }
header.bar .logo { display: flex; align-items: center; gap: 8px; color: var(--text); font-size: 17px; font-weight: 600; }
header.bar .logo i { width: 22px; height: 22px; border-radius: 5px; background: linear-gradient(135deg, #2684ff, #0052cc); }
header.bar .where { margin-left: auto; color: var(--subtle); font-size: 12px; }
main { max-width: 1240px; margin: 0 auto; padding: 24px 28px 64px; }
.crumbs { color: var(--subtle); font-size: 13px; margin-bottom: 8px; }
.crumbs a { color: var(--subtle); }
h1.title { font-size: 24px; line-height: 1.25; font-weight: 600; margin: 0 0 20px; overflow-wrap: anywhere; }
h2.section { font-size: 14px; font-weight: 600; margin: 32px 0 10px; }
h2.section .count { color: var(--subtle); font-weight: 400; }
.issue { display: grid; grid-template-columns: minmax(0, 1fr) 320px; gap: 40px; align-items: start; }
@media (max-width: 860px) { .issue { grid-template-columns: minmax(0, 1fr); } }
aside { border: 1px solid var(--line); border-radius: 4px; }
aside h2 { margin: 0; padding: 12px 16px; border-bottom: 1px solid var(--line); font-size: 14px; }
aside dl { display: grid; grid-template-columns: 96px minmax(0, 1fr); gap: 12px; margin: 0; padding: 16px; }
aside dt { color: var(--subtle); font-weight: 600; font-size: 12px; padding-top: 2px; }
aside dd { margin: 0; overflow-wrap: anywhere; }
aside details { border-top: 1px solid var(--line); padding: 12px 16px; }
aside pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 11px; }
table.list { width: 100%; border-collapse: collapse; }
table.list th { text-align: left; color: var(--subtle); font-size: 12px; border-bottom: 2px solid var(--line); padding: 6px 10px; white-space: nowrap; }
table.list td { border-bottom: 1px solid var(--line); padding: 9px 10px; vertical-align: top; }
table.list tr:hover td { background: var(--soft); }
table.list td.summary { width: 46%; overflow-wrap: anywhere; }
table.list td.nowrap { white-space: nowrap; }
.empty { color: var(--subtle); padding: 32px 0; }
.lozenge { display: inline-block; padding: 1px 6px; border-radius: 3px; background: #dfe1e6; color: #42526e; font-size: 11px; font-weight: 700; text-transform: uppercase; white-space: nowrap; }
.lozenge.indeterminate { background: #deebff; color: #0747a6; }
.lozenge.done { background: #e3fcef; color: #006644; }
.label { display: inline-block; margin: 0 4px 4px 0; padding: 1px 8px; border-radius: 3px; background: var(--soft); border: 1px solid var(--line); font-size: 12px; }
.priority.up { color: #cd1317; } .priority.down { color: #0055cc; } .priority.mid { color: #e97f33; }
.person { display: inline-flex; align-items: center; gap: 8px; }
.avatar { display: inline-grid; place-items: center; flex: none; width: 26px; height: 26px; border-radius: 50%; background: #6554c0; color: #fff; font-size: 11px; font-weight: 700; }
.avatar.a1 { background: #00875a; } .avatar.a2 { background: #0065ff; } .avatar.a3 { background: #de350b; } .avatar.a4 { background: #ff8b00; } .avatar.a5 { background: #403294; }
.people { display: flex; flex-direction: column; gap: 6px; }
.files { display: grid; grid-template-columns: repeat(auto-fill, minmax(172px, 1fr)); gap: 12px; }
.files figure { margin: 0; border: 1px solid var(--line); border-radius: 4px; overflow: hidden; background: #fff; box-shadow: 0 1px 1px #091e4220; }
.files .thumb { display: grid; place-items: center; height: 118px; background: var(--soft); color: var(--subtle); font-weight: 700; font-size: 18px; }
.files .thumb img { max-width: 100%; max-height: 118px; }
.files figcaption { padding: 8px 10px; font-size: 12px; overflow-wrap: anywhere; }
.files figcaption span { display: block; color: var(--subtle); }
.comment { display: grid; grid-template-columns: 34px minmax(0, 1fr); gap: 8px; padding: 10px 12px; margin: 0 -12px 10px; border-radius: 4px; }
.comment.internal { background: #fffae6; }
.comment .by { margin-bottom: 4px; color: var(--subtle); font-size: 12px; }
.comment .by strong { color: var(--text); font-size: 14px; margin-right: 6px; }
.text { overflow-wrap: anywhere; }
.text > :first-child { margin-top: 0; } .text > :last-child { margin-bottom: 0; }
.text p { margin: 0 0 10px; } .text li > p { margin: 0; }
.text h1 { font-size: 22px; } .text h2 { font-size: 19px; } .text h3 { font-size: 16px; } .text h4, .text h5, .text h6 { font-size: 14px; }
.text h1, .text h2, .text h3, .text h4, .text h5, .text h6 { margin: 18px 0 8px; line-height: 1.3; }
.text blockquote { margin: 10px 0; padding: 2px 0 2px 14px; border-left: 2px solid var(--line); color: #42526e; }
.text blockquote > :last-child { margin-bottom: 0; }
.text pre { padding: 10px 12px; border-radius: 4px; background: var(--soft); overflow-x: auto; font-size: 12.5px; }
.text code { padding: 1px 4px; border-radius: 3px; background: var(--soft); font: 0.92em ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.text pre code { padding: 0; }
.text table { border-collapse: collapse; margin: 10px 0; display: block; max-width: 100%; overflow-x: auto; }
.text th, .text td { border: 1px solid #c1c7d0; padding: 6px 9px; vertical-align: top; min-width: 48px; text-align: left; }
.text th { background: var(--soft); }
.text td > p:last-child, .text th > p:last-child { margin: 0; }
.text hr { border: 0; border-top: 1px solid var(--line); margin: 18px 0; }
.text img { max-width: 100%; height: auto; border-radius: 3px; }
.text figure { margin: 12px 0; }
.text details { margin: 8px 0; padding: 6px 10px; border: 1px solid var(--line); border-radius: 4px; }
.text summary { cursor: pointer; color: var(--subtle); }
.panel { margin: 10px 0; padding: 10px 14px; border-radius: 4px; background: #deebff; }
.panel p:last-child { margin: 0; }
.panel.note { background: #eae6ff; } .panel.warning { background: #fffae6; } .panel.error { background: #ffebe6; } .panel.success, .panel.tip { background: #e3fcef; }
.panel.wiki { background: #fffff0; border: 1px solid #cccccc; }
.panel-title { font-weight: 700; margin-bottom: 6px; }
.mention { padding: 1px 5px; border-radius: 10px; background: #091e420f; color: #42526e; white-space: nowrap; }
.missing { padding: 1px 6px; border: 1px dashed #de350b; border-radius: 3px; color: #bf2600; }
.align-center { text-align: center; } .align-end { text-align: right; }
.columns { display: flex; gap: 16px; } .columns > div { flex: 1; min-width: 0; }
.tasks { list-style: none; padding-left: 0; }
`;
