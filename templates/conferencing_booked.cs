<?cs if:P.bookings_n ?><section class="card flush" aria-labelledby="bk"><div class="row"><h2 id="bk">Booked with it <span class="muted">(<?cs var:P.bookings_n ?>)</span></h2></div>
<div class="scroll" role="group" aria-labelledby="bk" tabindex="0"><table class="cards" role="table" aria-labelledby="bk">
<thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">Subject</th><th role="columnheader" scope="col">Organizer</th><th role="columnheader" scope="col">Start</th><th role="columnheader" scope="col">State</th></tr></thead>
<tbody role="rowgroup"><?cs each:b = P.bookings ?>
<tr role="row"><th role="rowheader" scope="row" class="any"><?cs if:b.subject ?><?cs var:b.subject ?><?cs else ?>No subject<?cs /if ?></th><td role="cell" class="any" data-th="Organizer"><span><?cs var:b.mailbox ?></span></td><td role="cell" class="nw num" data-th="Start"><span><?cs var:b.start ?></span></td><td role="cell" data-th="State"><span><?cs if:b.waits ?>To be booked<?cs elif:b.ends ?>To be ended<?cs else ?>Booked<?cs /if ?></span></td></tr><?cs /each ?>
</tbody></table></div><?cs if:P.bookings_more ?><p class="tools sm muted"><?cs var:P.bookings_more ?> later ones are not shown.</p><?cs /if ?></section>
<?cs /if ?>
