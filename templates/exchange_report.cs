<?cs include:"macros.cs" ?><?cs include:"report_tree.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li><a href="/exchange">Microsoft Exchange Configuration</a></li><?cs if:P.id ?><li class="any"><a href="/exchange/test?id=<?cs var:P.id ?>"><?cs var:P.name ?></a></li><?cs /if ?><li aria-current="page">Report</li></ol></nav>
<div class="head"><div><h1 class="any">Report of a connection test</h1><p class="muted any"><?cs var:P.report.subject ?></p></div></div>
<div class="stack wide">
<?cs call:tree(P.report, "Connection test") ?><section class="card" aria-labelledby="tx"><h2 id="tx">As text</h2>
<div class="f"><label class="lab" for="text">Report</label><div><textarea class="in mono" id="text" rows="16" dir="ltr" readonly spellcheck="false" aria-describedby="text-h">
<?cs var:P.text ?></textarea><p class="help" id="text-h">Mark all of it and copy, or <a href="/exchange/report.txt?<?cs call:query(P.report) ?>">load it as a file</a>. It holds no password.</p></div></div></section>
</div>
<?cs include:"foot.cs" ?>
