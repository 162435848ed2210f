import pytest, itertools
from tests.visitor import make_app, Visitor
from urllib.parse import urlencode
JUNK=["\x00","\ud800","9999-12","0000-00","-1","0","1"*30,"'\"<>%_","é"*300,"WzEsMl0","null","²"]
PARAMS=["q","town","chamber","instructor","month","cursor","page","stage","state","code","entered","left","history","done","next","lang","ids","case","open","covered","limit"]
def test_junk(district):
    app=make_app(district.runtime); app.config["PROPAGATE_EXCEPTIONS"]=False
    case=district.walk(district.open(),until="training")
    bad=[]
    vs=[Visitor(app) for _ in range(2)]
    vs[0].sign_in("org_dept.user"); vs[1].sign_in("clerk.user")
    vals={"case_id":case,"document_id":1,"enterprise_id":1,"credit_code":"x","notice_id":1,"job_id":1,"action":"log_visit","name":"app.js"}
    for rule in app.url_map.iter_rules():
        if "GET" not in rule.methods or rule.rule.startswith(("/api","/static")): continue
        with app.test_request_context(): u=app.url_map.bind("localhost").build(rule.endpoint,{a:vals[a] for a in rule.arguments})
        for v in vs:
            for p,j in itertools.product(PARAMS,JUNK):
                qs=urlencode({p:j.encode("utf-8","surrogatepass")})
                with v.get(u+"?"+qs) as r:
                    if r.status_code>=500: bad.append((rule.endpoint,p,j,r.status_code))
    print(len(bad)); 
    for b in sorted({(x[0],x[1],x[2][:20]) for x in bad}): print(b)
    assert not bad
