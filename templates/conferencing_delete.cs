<?cs include:"macros.cs" ?><?cs include:"head.cs" ?><nav class="crumbs" aria-label="Breadcrumb"><ol><li>Applications</li><li>Hybrid Services</li><li>Calendar Service</li><li><a href="/conferencing">Cisco Conferencing Services Configuration</a></li><li class="any"><a href="/conferencing/edit?id=<?cs var:P.id ?>"><?cs var:P.name ?></a></li><li aria-current="page">Delete</li></ol></nav>
<div class="head"><div><h1 class="any">Delete <?cs var:P.name ?>?</h1></div></div>
<div class="stack wide">
<?cs include:"conferencing_booked.cs" ?><form method="post" action="/conferencing/delete" class="card" aria-label="Delete <?cs var:P.name ?>"><?cs call:csrf() ?><input type="hidden" name="id" value="<?cs var:P.id ?>">
<p><?cs if:P.bookings_n ?>The meetings above stay booked there and keep their join details; the connector no longer moves or ends them.<?cs else ?>No coming meeting is booked with it.<?cs /if ?> The service and its sealed secrets are removed at once.</p>
<div class="acts row"><button class="btn danger">Delete this service</button><a class="lk" href="/conferencing/edit?id=<?cs var:P.id ?>">Cancel</a></div>
</form>
</div>
<?cs include:"foot.cs" ?>
