<?cs include:"macros.cs" ?><?cs def:dl() ?><a class="btn" href="/diagnostic-logging/download">Download what was logged</a><?cs /def ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Maintenance</li><li>Diagnostics</li><li aria-current="page">Diagnostic Logging</li></ol></nav>
<div class="head"><div><h1>Diagnostic Logging</h1><p class="muted">For a while all modules log more. Make happen what goes wrong, add markers, stop, and give the file to whoever helps. No password is ever logged.</p></div></div>
<div class="stack medium">
<?cs call:summary() ?><?cs if:P.failed ?><section class="note err" aria-labelledby="fa"><svg class="ic" aria-hidden="true"><use href="#i-err"/></svg><div><h2 id="fa">The Management Connector does not answer</h2><p class="any"><?cs var:P.failed ?></p></div></section>
<?cs else ?><div id="live"<?cs if:P.poll ?> data-poll="<?cs var:P.poll ?>"<?cs /if ?>><?cs if:P.running ?><section class="note run" aria-labelledby="rn"><svg class="ic" aria-hidden="true"><use href="#i-run"/></svg><div><h2 id="rn">Diagnostic logging runs</h2><p>All modules log at <b><?cs var:P.d.level ?></b>, since <span class="num nw"><?cs var:P.d.start ?></span>, started by <span class="any"><?cs var:P.d.who ?></span>, with <span class="num"><?cs var:P.d.markers ?></span> markers. It ends by itself at <span class="num nw"><?cs var:P.d.end ?></span>; then each module logs as before.</p></div></section>
<?cs elif:P.d.start ?><section class="note ok" aria-labelledby="rn"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="rn">Diagnostic logging has ended</h2><p>The last one ran from <span class="num nw"><?cs var:P.d.start ?></span> to <span class="num nw"><?cs var:P.d.end ?></span> at <?cs var:P.d.level ?>, started by <span class="any"><?cs var:P.d.who ?></span>, with <span class="num"><?cs var:P.d.markers ?></span> markers.</p></div></section>
<?cs else ?><p class="help">There was no diagnostic logging yet.</p>
<?cs /if ?></div>
<?cs if:P.marked ?><section class="note ok" aria-labelledby="mk"><svg class="ic" aria-hidden="true"><use href="#i-ok"/></svg><div><h2 id="mk">The marker is in the log</h2></div></section>
<?cs /if ?><?cs if:P.can_write ?><?cs if:P.running ?><form method="post" action="/diagnostic-logging" class="card" aria-labelledby="mf" novalidate><?cs call:csrf() ?><h2 id="mf">Add a marker</h2>
<div class="f<?cs if:P.f.text.error ?> bad-f<?cs /if ?>"><label class="lab" for="text">Marker</label>
<div><input class="in" id="text" name="text" type="text" maxlength="200" value="<?cs var:P.f.text.value ?>"<?cs if:P.f.text.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("text") ?> autocomplete="off">
<?cs call:error_of("text") ?><p class="help" id="text-h">A line of the log with these words and the time, such as: "now Alice saves the meeting".</p></div></div>
<div class="acts row"><button class="btn" name="do" value="mark">Add the marker</button></div></form>
<form method="post" action="/diagnostic-logging" class="row acts" aria-label="Stop or download"><?cs call:csrf() ?><button class="btn go" name="do" value="stop">Stop</button><?cs call:dl() ?></form>
<?cs else ?><?cs if:P.d.start ?><p class="row acts"><?cs call:dl() ?></p>
<?cs /if ?><form method="post" action="/diagnostic-logging" class="card" aria-labelledby="sf" novalidate><?cs call:csrf() ?><h2 id="sf">Start</h2>
<div class="f<?cs if:P.f.minutes.error ?> bad-f<?cs /if ?>"><label class="lab" for="minutes">For how many minutes<span class="req" aria-hidden="true"> *</span></label>
<div><input class="in" id="minutes" name="minutes" type="text" inputmode="numeric" dir="ltr" required value="<?cs var:P.f.minutes.value ?>"<?cs if:P.f.minutes.error ?> aria-invalid="true"<?cs /if ?><?cs call:described("minutes") ?> autocomplete="off">
<?cs call:error_of("minutes") ?><p class="help" id="minutes-h">1 to 240; then it ends by itself.</p></div></div>
<div class="f<?cs if:P.f.level.error ?> bad-f<?cs /if ?>"><label class="lab" for="level">Level</label>
<div><select class="in" id="level" name="level"<?cs call:described("level") ?>><option value="DEBUG"<?cs if:P.f.level.value == "DEBUG" ?> selected<?cs /if ?>>DEBUG</option><option value="TRACE"<?cs if:P.f.level.value == "TRACE" ?> selected<?cs /if ?>>TRACE</option></select>
<?cs call:error_of("level") ?><p class="help" id="level-h">DEBUG says how things are done, TRACE each step.</p></div></div>
<div class="acts row"><button class="btn go" name="do" value="start">Start</button></div></form>
<?cs /if ?><?cs /if ?><section class="card" aria-labelledby="cp"><h2 id="cp">Packets of the network</h2><p>They cannot be recorded from here: no program of the connector has the right to see the packets of others, and what it exchanges with servers is encrypted. Where somebody asks for it, root records 5 minutes and 20 MB at most with</p><pre class="cmd">timeout 300 tcpdump -i any -s 256 -C 20 -W 1 -w calconn.pcap port 443 or port 53 or port 88 or port 389 or port 636</pre></section>
<?cs /if ?></div>
<?cs include:"foot.cs" ?>
