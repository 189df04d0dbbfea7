// Written by Generate/closed_forms.py.

enum Literals {
    static let rows: [ClosedFormTests.Row] = [
        .init(loss: "squared", eta: -2.5, y: 0.5, value: 9.0, first: -6.0, second: 2.0),
        .init(loss: "squared", eta: -0.5, y: 0.5, value: 1.0, first: -2.0, second: 2.0),
        .init(loss: "squared", eta: 0.375, y: 0.5, value: 0.015625, first: -0.25, second: 2.0),
        .init(loss: "squared", eta: 1.75, y: 0.5, value: 1.5625, first: 2.5, second: 2.0),
        .init(loss: "squared", eta: 6.5, y: 0.5, value: 36.0, first: 12.0, second: 2.0),
        .init(loss: "squared", eta: -2.5, y: -2.25, value: 0.0625, first: -0.5, second: 2.0),
        .init(loss: "squared", eta: -0.5, y: -2.25, value: 3.0625, first: 3.5, second: 2.0),
        .init(loss: "squared", eta: 0.375, y: -2.25, value: 6.890625, first: 5.25, second: 2.0),
        .init(loss: "squared", eta: 1.75, y: -2.25, value: 16.0, first: 8.0, second: 2.0),
        .init(loss: "squared", eta: 6.5, y: -2.25, value: 76.5625, first: 17.5, second: 2.0),
        .init(
            loss: "pseudo-huber", eta: -2.5, y: 0.5, value: 2.162277660168379332, first: -0.9486832980505137996,
            second: 0.03162277660168379332),
        .init(
            loss: "pseudo-huber", eta: -0.5, y: 0.5, value: 0.4142135623730950488, first: -0.7071067811865475244,
            second: 0.3535533905932737622),
        .init(
            loss: "pseudo-huber", eta: 0.375, y: 0.5, value: 0.0077822185373187065458, first: -0.12403473458920845619,
            second: 0.9770120632257650703),
        .init(
            loss: "pseudo-huber", eta: 1.75, y: 0.5, value: 0.60078105935821217162, first: 0.78086880944303032762,
            second: 0.24378343319197044374),
        .init(
            loss: "pseudo-huber", eta: 6.5, y: 0.5, value: 5.082762530298219689, first: 0.98639392383214373335,
            second: 0.0044432158731177645646),
        .init(
            loss: "pseudo-huber", eta: -2.5, y: -2.25, value: 0.030776406404415137455, first: -0.24253562503633297352,
            second: 0.91307529425443001795),
        .init(
            loss: "pseudo-huber", eta: -0.5, y: -2.25, value: 1.0155644370746374131, first: 0.86824314212445919333,
            second: 0.12212650790322063379),
        .init(
            loss: "pseudo-huber", eta: 0.375, y: -2.25, value: 1.8090256317805289831, first: 0.93448773492896805774,
            second: 0.045116239536410339044),
        .init(
            loss: "pseudo-huber", eta: 1.75, y: -2.25, value: 3.1231056256176605498, first: 0.97014250014533189408,
            second: 0.014266801472725469031),
        .init(
            loss: "pseudo-huber", eta: 6.5, y: -2.25, value: 7.8069574769042685551, first: 0.99353267265640418833,
            second: 0.0014639367111778489249),
        .init(
            loss: "log-cosh", eta: -2.5, y: 0.5, value: 2.3093285045777851401, first: -0.99505475368673045133,
            second: 0.0098660371654401912732),
        .init(
            loss: "log-cosh", eta: -0.5, y: 0.5, value: 0.43378083048302718703, first: -0.76159415595576488812,
            second: 0.41997434161402606939),
        .init(
            loss: "log-cosh", eta: 0.375, y: 0.5, value: 0.0077922393188982527906, first: -0.12435300177159620805,
            second: 0.98453633095039339034),
        .init(
            loss: "log-cosh", eta: 1.75, y: 0.5, value: 0.63574255373260431393, first: 0.84828363995751289761,
            second: 0.28041486618043262773),
        .init(
            loss: "log-cosh", eta: 6.5, y: 0.5, value: 5.3068589636335324234, first: 0.99998771165079557056,
            second: 0.000024576547405332701301),
        .init(
            loss: "log-cosh", eta: -2.5, y: -2.25, value: 0.030929803620161371456, first: -0.24491866240370912928,
            second: 0.94001484880637795628),
        .init(
            loss: "log-cosh", eta: -0.5, y: -2.25, value: 1.0866032377126752558, first: 0.94137553849728736227,
            second: 0.11381209551894223936),
        .init(
            loss: "log-cosh", eta: 0.375, y: -2.25, value: 1.9370866175917977224, first: 0.98955974861288320579,
            second: 0.020771503925207394267),
        .init(
            loss: "log-cosh", eta: 1.75, y: -2.25, value: 3.3071882258129504594, first: 0.99932929973906704379,
            second: 0.00134095068302589688),
        .init(
            loss: "log-cosh", eta: 6.5, y: -2.25, value: 8.0568528445500459328, first: 0.99999994978001814614,
            second: 1.0043996118566605401e-7),
        .init(
            loss: "student-t", eta: -2.5, y: 0.5, value: 2.946637490854115293, first: -1.1538461538461538462,
            second: -0.14792899408284023669),
        .init(loss: "student-t", eta: -0.5, y: 0.5, value: 0.55785887828552438942, first: -1.0, second: 0.6),
        .init(
            loss: "student-t", eta: 0.375, y: 0.5, value: 0.0097466010391433075348, first: -0.15564202334630350195,
            second: 1.2354464109978955018),
        .init(
            loss: "student-t", eta: 1.75, y: 0.5, value: 0.82438321593116995454, first: 1.1235955056179775281,
            second: 0.39388966039641459412),
        .init(loss: "student-t", eta: 6.5, y: 0.5, value: 5.75646273248511421, first: 0.75, second: -0.1),
        .init(
            loss: "student-t", eta: -2.5, y: -2.25, value: 0.038760466339913135377, first: -0.30769230769230769231,
            second: 1.1928994082840236686),
        .init(
            loss: "student-t", eta: -0.5, y: -2.25, value: 1.4212618383816717802, first: 1.2389380530973451327,
            second: 0.093977602004855509437),
        .init(
            loss: "student-t", eta: 0.375, y: -2.25, value: 2.5040199157024035219, first: 1.2051649928263988522,
            second: -0.12185859051602584555),
        .init(loss: "student-t", eta: 1.75, y: -2.25, value: 4.0235947810852509365, first: 1.0, second: -0.15),
        .init(
            loss: "student-t", eta: 6.5, y: -2.25, value: 7.5068472989487888278, first: 0.54305663304887509697,
            second: -0.055900587473766506713),
        .init(
            loss: "logistic", eta: -2.5, y: 0, value: 0.078889734292549623344, first: 0.075858180021243551193,
            second: 0.070103716545108156932),
        .init(
            loss: "logistic", eta: -0.5, y: 0, value: 0.47407698418010668087, first: 0.37754066879814543536,
            second: 0.23500371220159448907),
        .init(
            loss: "logistic", eta: 0.375, y: 0, value: 0.89812326413984004362, first: 0.59266659995406975877,
            second: 0.24141290125295239858),
        .init(
            loss: "logistic", eta: 1.75, y: 0, value: 1.9102241504380872269, first: 0.85195280196831053029,
            second: 0.12612922518665519131),
        .init(
            loss: "logistic", eta: 6.5, y: 0, value: 6.5015023101597542838, first: 0.99849881774326300847,
            second: 0.0014989287085690495671),
        .init(
            loss: "logistic", eta: -30, y: 0, value: 9.3576229688397367794e-14, first: 9.3576229688392989538e-14,
            second: 9.3576229688384233028e-14),
        .init(
            loss: "logistic", eta: 30, y: 0, value: 30.000000000000093576, first: 0.99999999999990642377,
            second: 9.3576229688384233028e-14),
        .init(
            loss: "logistic", eta: 40, y: 0, value: 40.000000000000000004, first: 0.99999999999999999575,
            second: 4.2483542552915889592e-18),
        .init(
            loss: "logistic", eta: -2.5, y: 1, value: 2.5788897342925496233, first: -0.92414181997875644881,
            second: 0.070103716545108156932),
        .init(
            loss: "logistic", eta: -0.5, y: 1, value: 0.97407698418010668087, first: -0.62245933120185456464,
            second: 0.23500371220159448907),
        .init(
            loss: "logistic", eta: 0.375, y: 1, value: 0.52312326413984004362, first: -0.40733340004593024123,
            second: 0.24141290125295239858),
        .init(
            loss: "logistic", eta: 1.75, y: 1, value: 0.16022415043808722689, first: -0.14804719803168946971,
            second: 0.12612922518665519131),
        .init(
            loss: "logistic", eta: 6.5, y: 1, value: 0.0015023101597542838136, first: -0.0015011822567369915339,
            second: 0.0014989287085690495671),
        .init(
            loss: "logistic", eta: -30, y: 1, value: 30.000000000000093576, first: -0.99999999999990642377,
            second: 9.3576229688384233028e-14),
        .init(
            loss: "logistic", eta: 30, y: 1, value: 9.3576229688397367794e-14, first: -9.3576229688392989538e-14,
            second: 9.3576229688384233028e-14),
        .init(
            loss: "logistic", eta: 40, y: 1, value: 4.2483542552915889863e-18, first: -4.2483542552915889773e-18,
            second: 4.2483542552915889592e-18),
        .init(
            loss: "logistic", eta: -2.5, y: 0.25, value: 0.70388973429254962334, first: -0.17414181997875644881,
            second: 0.070103716545108156932),
        .init(
            loss: "logistic", eta: -0.5, y: 0.25, value: 0.59907698418010668087, first: 0.12754066879814543536,
            second: 0.23500371220159448907),
        .init(
            loss: "logistic", eta: 0.375, y: 0.25, value: 0.80437326413984004362, first: 0.34266659995406975877,
            second: 0.24141290125295239858),
        .init(
            loss: "logistic", eta: 1.75, y: 0.25, value: 1.4727241504380872269, first: 0.60195280196831053029,
            second: 0.12612922518665519131),
        .init(
            loss: "logistic", eta: 6.5, y: 0.25, value: 4.8765023101597542838, first: 0.74849881774326300847,
            second: 0.0014989287085690495671),
        .init(
            loss: "logistic", eta: -30, y: 0.25, value: 7.5000000000000935762, first: -0.24999999999990642377,
            second: 9.3576229688384233028e-14),
        .init(
            loss: "logistic", eta: 30, y: 0.25, value: 22.500000000000093576, first: 0.74999999999990642377,
            second: 9.3576229688384233028e-14),
        .init(
            loss: "logistic", eta: 40, y: 0.25, value: 30.000000000000000004, first: 0.74999999999999999575,
            second: 4.2483542552915889592e-18),
        .init(
            loss: "signed-logistic", eta: -2.5, y: -1, value: 0.078889734292549623344, first: 0.075858180021243551193,
            second: 0.070103716545108156932),
        .init(
            loss: "signed-logistic", eta: -0.5, y: -1, value: 0.47407698418010668087, first: 0.37754066879814543536,
            second: 0.23500371220159448907),
        .init(
            loss: "signed-logistic", eta: 0.375, y: -1, value: 0.89812326413984004362, first: 0.59266659995406975877,
            second: 0.24141290125295239858),
        .init(
            loss: "signed-logistic", eta: 1.75, y: -1, value: 1.9102241504380872269, first: 0.85195280196831053029,
            second: 0.12612922518665519131),
        .init(
            loss: "signed-logistic", eta: 6.5, y: -1, value: 6.5015023101597542838, first: 0.99849881774326300847,
            second: 0.0014989287085690495671),
        .init(
            loss: "signed-logistic", eta: -30, y: -1, value: 9.3576229688397367794e-14,
            first: 9.3576229688392989538e-14, second: 9.3576229688384233028e-14),
        .init(
            loss: "signed-logistic", eta: 30, y: -1, value: 30.000000000000093576, first: 0.99999999999990642377,
            second: 9.3576229688384233028e-14),
        .init(
            loss: "signed-logistic", eta: 40, y: -1, value: 40.000000000000000004, first: 0.99999999999999999575,
            second: 4.2483542552915889592e-18),
        .init(
            loss: "signed-logistic", eta: -2.5, y: 1, value: 2.5788897342925496233, first: -0.92414181997875644881,
            second: 0.070103716545108156932),
        .init(
            loss: "signed-logistic", eta: -0.5, y: 1, value: 0.97407698418010668087, first: -0.62245933120185456464,
            second: 0.23500371220159448907),
        .init(
            loss: "signed-logistic", eta: 0.375, y: 1, value: 0.52312326413984004362, first: -0.40733340004593024123,
            second: 0.24141290125295239858),
        .init(
            loss: "signed-logistic", eta: 1.75, y: 1, value: 0.16022415043808722689, first: -0.14804719803168946971,
            second: 0.12612922518665519131),
        .init(
            loss: "signed-logistic", eta: 6.5, y: 1, value: 0.0015023101597542838136, first: -0.0015011822567369915339,
            second: 0.0014989287085690495671),
        .init(
            loss: "signed-logistic", eta: -30, y: 1, value: 30.000000000000093576, first: -0.99999999999990642377,
            second: 9.3576229688384233028e-14),
        .init(
            loss: "signed-logistic", eta: 30, y: 1, value: 9.3576229688397367794e-14, first: -9.3576229688392989538e-14,
            second: 9.3576229688384233028e-14),
        .init(
            loss: "signed-logistic", eta: 40, y: 1, value: 4.2483542552915889863e-18, first: -4.2483542552915889773e-18,
            second: 4.2483542552915889592e-18),
        .init(
            loss: "probit", eta: -2.5, y: 0, value: 0.006229025485860002381, first: 0.017637825486916734788,
            second: 0.044405656605198766523),
        .init(
            loss: "probit", eta: -0.5, y: 0, value: 0.36894641528865639307, first: 0.50916043383703348583,
            second: 0.51382456430363289677),
        .init(
            loss: "probit", eta: 0.375, y: 0, value: 1.0389380477494336487, first: 1.0509421152991767197,
            second: 0.71037603647231678435),
        .init(
            loss: "probit", eta: 1.75, y: 0, value: 3.2173979958002738402, first: 2.1537477466092246791,
            second: 0.86957079945816988682),
        .init(
            loss: "probit", eta: 6.5, y: 0, value: 23.938149495161838554, first: 6.6473013611904906913,
            second: 0.97915653874676089043),
        .init(
            loss: "probit", eta: -30, y: 0, value: 4.9067139271481870595e-198, first: 1.473646134878547519e-196,
            second: 4.4209384046356425571e-195),
        .init(
            loss: "probit", eta: 30, y: 0, value: 454.32124395634319711, first: 30.033259667433677037,
            second: 0.998896228488109909),
        .init(
            loss: "probit", eta: 40, y: 0, value: 804.60844201375378817, first: 40.024968847207263723,
            second: 0.99937733162140861123),
        .init(
            loss: "probit", eta: 700, y: 0, value: 245007.47002090905399, first: 700.00142856559772714,
            second: 0.99999795920866263208),
        .init(
            loss: "probit", eta: -2.5, y: 1, value: 5.0816482772786904984, first: -2.8227447976639072505,
            second: 0.91102619857888455719),
        .init(
            loss: "probit", eta: -0.5, y: 1, value: 1.1759117615936186089, first: -1.1410777703680644809,
            second: 0.73151959284412105382),
        .init(
            loss: "probit", eta: 0.375, y: 1, value: 0.43669301301753845765, first: -0.57547584713617290447,
            second: 0.54697589331316068327),
        .init(
            loss: "probit", eta: 1.75, y: 1, value: 0.040883618152094930903, first: -0.0898777455334002301,
            second: 0.16536406382561704769),
        .init(
            loss: "probit", eta: 6.5, y: 1, value: 4.0160005839397591118e-11, first: -2.6695566148700613259e-10,
            second: 1.7352117997368051871e-9),
        .init(
            loss: "probit", eta: -700, y: 1, value: 245007.47002090905399, first: -700.00142856559772714,
            second: 0.99999795920866263208),
        .init(
            loss: "probit", eta: -30, y: 1, value: 454.32124395634319711, first: -30.033259667433677037,
            second: 0.998896228488109909),
        .init(
            loss: "probit", eta: 30, y: 1, value: 4.9067139271481870595e-198, first: -1.473646134878547519e-196,
            second: 4.4209384046356425571e-195),
        .init(
            loss: "cloglog", eta: -2.5, y: 0, value: 0.08208499862389879517, first: 0.08208499862389879517,
            second: 0.08208499862389879517),
        .init(
            loss: "cloglog", eta: -0.5, y: 0, value: 0.6065306597126334236, first: 0.6065306597126334236,
            second: 0.6065306597126334236),
        .init(
            loss: "cloglog", eta: 0.375, y: 0, value: 1.4549914146182013361, first: 1.4549914146182013361,
            second: 1.4549914146182013361),
        .init(
            loss: "cloglog", eta: 1.75, y: 0, value: 5.7546026760057304369, first: 5.7546026760057304369,
            second: 5.7546026760057304369),
        .init(
            loss: "cloglog", eta: 6.5, y: 0, value: 665.14163304436184069, first: 665.14163304436184069,
            second: 665.14163304436184069),
        .init(
            loss: "cloglog", eta: -2.5, y: 1, value: 2.5407617672824995807, first: -0.95951893322596383499,
            second: 0.039919760306585891082),
        .init(
            loss: "cloglog", eta: -0.5, y: 1, value: 0.78798373870444865016, first: -0.72720495596537653066,
            second: 0.2426941937032050541),
        .init(
            loss: "cloglog", eta: 0.375, y: 1, value: 0.26579321466684039363, first: -0.44299437791631377675,
            second: 0.39780265754151552641),
        .init(
            loss: "cloglog", eta: 1.75, y: 1, value: 0.0031731944094198897519, first: -0.018289475724354245341,
            second: 0.087293695144028283205),
        .init(
            loss: "cloglog", eta: 6.5, y: 1, value: 1.3572476073250021329e-289, first: -9.0276188998170468254e-287,
            second: 5.9956175586266386713e-284),
        .init(
            loss: "exponential", eta: -2.5, y: -1, value: 0.08208499862389879517, first: 0.08208499862389879517,
            second: 0.08208499862389879517),
        .init(
            loss: "exponential", eta: -0.5, y: -1, value: 0.6065306597126334236, first: 0.6065306597126334236,
            second: 0.6065306597126334236),
        .init(
            loss: "exponential", eta: 0.375, y: -1, value: 1.4549914146182013361, first: 1.4549914146182013361,
            second: 1.4549914146182013361),
        .init(
            loss: "exponential", eta: 1.75, y: -1, value: 5.7546026760057304369, first: 5.7546026760057304369,
            second: 5.7546026760057304369),
        .init(
            loss: "exponential", eta: 6.5, y: -1, value: 665.14163304436184069, first: 665.14163304436184069,
            second: 665.14163304436184069),
        .init(
            loss: "exponential", eta: -2.5, y: 1, value: 12.182493960703473438, first: -12.182493960703473438,
            second: 12.182493960703473438),
        .init(
            loss: "exponential", eta: -0.5, y: 1, value: 1.6487212707001281468, first: -1.6487212707001281468,
            second: 1.6487212707001281468),
        .init(
            loss: "exponential", eta: 0.375, y: 1, value: 0.68728927879097219855, first: -0.68728927879097219855,
            second: 0.68728927879097219855),
        .init(
            loss: "exponential", eta: 1.75, y: 1, value: 0.17377394345044512668, first: -0.17377394345044512668,
            second: 0.17377394345044512668),
        .init(
            loss: "exponential", eta: 6.5, y: 1, value: 0.0015034391929775724474, first: -0.0015034391929775724474,
            second: 0.0015034391929775724474),
        .init(
            loss: "poisson", eta: -2.5, y: 0, value: 0.08208499862389879517, first: 0.08208499862389879517,
            second: 0.08208499862389879517),
        .init(
            loss: "poisson", eta: -0.5, y: 0, value: 0.6065306597126334236, first: 0.6065306597126334236,
            second: 0.6065306597126334236),
        .init(
            loss: "poisson", eta: 0.375, y: 0, value: 1.4549914146182013361, first: 1.4549914146182013361,
            second: 1.4549914146182013361),
        .init(
            loss: "poisson", eta: 1.75, y: 0, value: 5.7546026760057304369, first: 5.7546026760057304369,
            second: 5.7546026760057304369),
        .init(
            loss: "poisson", eta: 6.5, y: 0, value: 665.14163304436184069, first: 665.14163304436184069,
            second: 665.14163304436184069),
        .init(
            loss: "poisson", eta: -2.5, y: 3, value: 7.5820849986238987952, first: -2.9179150013761012048,
            second: 0.08208499862389879517),
        .init(
            loss: "poisson", eta: -0.5, y: 3, value: 2.1065306597126334236, first: -2.3934693402873665764,
            second: 0.6065306597126334236),
        .init(
            loss: "poisson", eta: 0.375, y: 3, value: 0.32999141461820133605, first: -1.5450085853817986639,
            second: 1.4549914146182013361),
        .init(
            loss: "poisson", eta: 1.75, y: 3, value: 0.50460267600573043687, first: 2.7546026760057304369,
            second: 5.7546026760057304369),
        .init(
            loss: "poisson", eta: 6.5, y: 3, value: 645.64163304436184069, first: 662.14163304436184069,
            second: 665.14163304436184069),
        .init(
            loss: "gamma", eta: -2.5, y: 0.5, value: 3.591246980351736719, first: -5.091246980351736719,
            second: 6.091246980351736719),
        .init(
            loss: "gamma", eta: -0.5, y: 0.5, value: 0.32436063535006407342, first: 0.17563936464993592658,
            second: 0.82436063535006407342),
        .init(
            loss: "gamma", eta: 0.375, y: 0.5, value: 0.71864463939548609927, first: 0.65635536060451390073,
            second: 0.34364463939548609927),
        .init(
            loss: "gamma", eta: 1.75, y: 0.5, value: 1.8368869717252225633, first: 0.91311302827477743666,
            second: 0.08688697172522256334),
        .init(
            loss: "gamma", eta: 6.5, y: 0.5, value: 6.5007517195964887862, first: 0.99924828040351121378,
            second: 0.00075171959648878622369),
        .init(
            loss: "gamma", eta: -2.5, y: 4, value: 46.229975842813893752, first: -47.729975842813893752,
            second: 48.729975842813893752),
        .init(
            loss: "gamma", eta: -0.5, y: 4, value: 6.0948850828005125874, first: -5.5948850828005125874,
            second: 6.5948850828005125874),
        .init(
            loss: "gamma", eta: 0.375, y: 4, value: 3.1241571151638887942, first: -1.7491571151638887942,
            second: 2.7491571151638887942),
        .init(
            loss: "gamma", eta: 1.75, y: 4, value: 2.4450957738017805067, first: 0.30490422619821949328,
            second: 0.69509577380178050672),
        .init(
            loss: "gamma", eta: 6.5, y: 4, value: 6.5060137567719102898, first: 0.99398624322808971021,
            second: 0.0060137567719102897895),
        .init(
            loss: "inverse-gaussian", eta: -2.5, y: 0.5, value: 24.920795814940677417, first: -62.024085590584828272,
            second: 136.23066514187312998),
        .init(
            loss: "inverse-gaussian", eta: -0.5, y: 0.5, value: -0.96915081358536683801, first: 0.28958035647060552917,
            second: 1.0695605577589170885),
        .init(
            loss: "inverse-gaussian", eta: 0.375, y: 0.5, value: -0.56919764060571852176, first: 0.45110600242046484498,
            second: -0.21492272604995749141),
        .init(
            loss: "inverse-gaussian", eta: 1.75, y: 0.5, value: -0.1662245975948655015, first: 0.15867525173928587631,
            second: -0.14357656002812662594),
        .init(
            loss: "inverse-gaussian", eta: 6.5, y: 0.5, value: -0.0015028741106258271838,
            first: 0.0015023090282740819202, second: -0.0015011788635705913931),
        .init(
            loss: "inverse-gaussian", eta: -2.5, y: 4, value: 284.6438242444497334, first: -581.47014244960294025,
            second: 1175.1227788599093539),
        .init(
            loss: "inverse-gaussian", eta: -0.5, y: 4, value: 3.7878423862179623239, first: -9.2244060431360527946,
            second: 20.097533356972233736),
        .init(
            loss: "inverse-gaussian", eta: 0.375, y: 4, value: 0.25744382669105721573, first: -1.20217693217308663,
            second: 3.0916431431371454586),
        .init(
            loss: "inverse-gaussian", eta: 1.75, y: 4, value: -0.1133791766058081252, first: 0.052984409761171123722,
            second: 0.067805123928102879238),
        .init(
            loss: "inverse-gaussian", eta: 6.5, y: 4, value: -0.0014989185341636103387, first: 0.0014943978753496482301,
            second: -0.0014853565577217240128),
        .init(
            loss: "tweedie", eta: -2.5, y: 0, value: 0.57300959372038020065, first: 0.28650479686019010032,
            second: 0.14325239843009505016),
        .init(
            loss: "tweedie", eta: -0.5, y: 0, value: 1.5576015661428097365, first: 0.77880078307140486825,
            second: 0.38940039153570243412),
        .init(
            loss: "tweedie", eta: 0.375, y: 0, value: 2.4124604988419614213, first: 1.2062302494209807107,
            second: 0.60311512471049035533),
        .init(
            loss: "tweedie", eta: 1.75, y: 0, value: 4.7977505879341958294, first: 2.3988752939670979147,
            second: 1.1994376469835489573),
        .init(
            loss: "tweedie", eta: 6.5, y: 0, value: 51.580679834386124178, first: 25.790339917193062089,
            second: 12.895169958596531045),
        .init(
            loss: "tweedie", eta: -2.5, y: 2.5, value: 18.024724381029587081, first: -8.43935259679441334,
            second: 4.5061810952573967703),
        .init(
            loss: "tweedie", eta: -0.5, y: 2.5, value: 7.9777286495815171569, first: -2.4312627586479488419,
            second: 1.9944321623953792892),
        .init(
            loss: "tweedie", eta: 0.375, y: 2.5, value: 6.5576060897439631364, first: -0.86634254603002014688,
            second: 1.6394015224359907841),
        .init(
            loss: "tweedie", eta: 1.75, y: 2.5, value: 6.8820606863267378423, first: 1.3567202447708269082,
            second: 1.7205151715816844606),
        .init(
            loss: "tweedie", eta: 6.5, y: 2.5, value: 51.774550873544734228, first: 25.693404397613757064,
            second: 12.943637718386183557),
        .init(
            loss: "negative-binomial", eta: -2.5, y: 0, value: 0.078889734292549623344, first: 0.075858180021243551193,
            second: 0.070103716545108156932),
        .init(
            loss: "negative-binomial", eta: -0.5, y: 0, value: 0.47407698418010668087, first: 0.37754066879814543536,
            second: 0.23500371220159448907),
        .init(
            loss: "negative-binomial", eta: 0.375, y: 0, value: 0.89812326413984004362, first: 0.59266659995406975877,
            second: 0.24141290125295239858),
        .init(
            loss: "negative-binomial", eta: 1.75, y: 0, value: 1.9102241504380872269, first: 0.85195280196831053029,
            second: 0.12612922518665519131),
        .init(
            loss: "negative-binomial", eta: 6.5, y: 0, value: 6.5015023101597542838, first: 0.99849881774326300847,
            second: 0.0014989287085690495671),
        .init(
            loss: "negative-binomial", eta: -2.5, y: 5, value: 12.97333840575529774, first: -4.5448509198725386928,
            second: 0.42062229927064894159),
        .init(
            loss: "negative-binomial", eta: -0.5, y: 5, value: 5.3444619050806400852, first: -2.7347559872111273878,
            second: 1.4100222732095669344),
        .init(
            loss: "negative-binomial", eta: 0.375, y: 5, value: 3.5137395848390402617, first: -1.4440004002755814474,
            second: 1.4484774075177143915),
        .init(
            loss: "negative-binomial", eta: 1.75, y: 5, value: 2.7113449026285233613, first: 0.11171681180986318176,
            second: 0.75677535111993114788),
        .init(
            loss: "negative-binomial", eta: 6.5, y: 5, value: 6.5090138609585257029, first: 0.9909929064595780508,
            second: 0.0089935722514142974026),
        .init(
            loss: "negative-binomial-1", eta: -2.5, y: 0, value: 0.05689698536242244043, first: 0.05689698536242244043,
            second: 0.05689698536242244043),
        .init(
            loss: "negative-binomial-1", eta: -0.5, y: 0, value: 0.42041501670297546587, first: 0.42041501670297546587,
            second: 0.42041501670297546587),
        .init(
            loss: "negative-binomial-1", eta: 0.375, y: 0, value: 1.0085231967815326506, first: 1.0085231967815326506,
            second: 1.0085231967815326506),
        .init(
            loss: "negative-binomial-1", eta: 1.75, y: 0, value: 3.9887866201160884921, first: 3.9887866201160884921,
            second: 3.9887866201160884921),
        .init(
            loss: "negative-binomial-1", eta: 6.5, y: 0, value: 461.0410476177371623, first: 461.0410476177371623,
            second: 461.0410476177371623),
        .init(
            loss: "negative-binomial-1", eta: -2.5, y: 5, value: 7.4656508992998000719, first: -1.1051271577439610187,
            second: -0.096704739810280823595),
        .init(
            loss: "negative-binomial-1", eta: -0.5, y: 5, value: 4.9313243107000100442, first: -1.4896654074183552617,
            second: -0.24736137412313911904),
        .init(
            loss: "negative-binomial-1", eta: 0.375, y: 5, value: 3.5582514267068150982, first: -1.598595411048187387,
            second: 0.10781590286199786578),
        .init(
            loss: "negative-binomial-1", eta: 1.75, y: 5, value: 2.0861847293630337259, first: 0.14748488244949099525,
            second: 3.2041035679423311306),
        .init(
            loss: "negative-binomial-1", eta: 6.5, y: 5, value: 436.77927466350483648, first: 456.05601453781282244,
            second: 461.02614783327633839),
        .init(
            loss: "beta", eta: -2.5, y: 0.25, value: 1.2854177997884613845, first: -0.82956309037668718912,
            second: 0.1666867853868471086),
        .init(
            loss: "beta", eta: -0.5, y: 0.25, value: 0.24911102501596021317, first: -0.040748828042989051403,
            second: 0.62444320283008779819),
        .init(
            loss: "beta", eta: 0.375, y: 0.25, value: 0.4525344187492734505, first: 0.49246767284409471971,
            second: 0.53557367663736454639),
        .init(
            loss: "beta", eta: 1.75, y: 0.25, value: 1.49621282945345177, first: 0.92818335949298466711,
            second: 0.12715174803169295326),
        .init(
            loss: "beta", eta: 6.5, y: 0.25, value: 6.2121747273740925854, first: 1.0001381564846318542,
            second: -0.00012809647360277280483),
        .init(
            loss: "beta", eta: -2.5, y: 0.875, value: 2.3072288371242907, first: -1.0429954283660717362,
            second: -0.01436437516743017474),
        .init(
            loss: "beta", eta: -0.5, y: 0.875, value: 0.35244295620226700499, first: -0.75622290278904123022,
            second: 0.44921024945875329304),
        .init(
            loss: "beta", eta: 0.375, y: 0.875, value: -0.099089374404775751505, first: -0.24251932177642791469,
            second: 0.67179116824125253196),
        .init(
            loss: "beta", eta: 1.75, y: 0.875, value: 0.15518637647495834432, first: 0.54418010335954264214,
            second: 0.39745379195393244734),
        .init(
            loss: "beta", eta: 6.5, y: 0.875, value: 4.4249856412097856395, first: 0.99557463439884558909,
            second: 0.0044217242554166728077),
    ]
}
