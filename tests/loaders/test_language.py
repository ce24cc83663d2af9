from __future__ import annotations

import base64
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tercet.loaders.language import language_of

PROSE = {
    "en": (
        "The committee met on Tuesday to discuss the repair of the old bridge. Most "
        "members agreed that the work should begin before winter, but nobody knew where "
        "the money would come from."
    ),
    "de": (
        "Der Ausschuss traf sich am Dienstag, um über die Reparatur der alten Brücke zu "
        "sprechen. Die meisten Mitglieder waren dafür, vor dem Winter zu beginnen, doch "
        "niemand wusste, woher das Geld kommen sollte."
    ),
    "fr": (
        "La commission s'est réunie mardi pour parler de la réparation du vieux pont. La "
        "plupart des membres voulaient commencer avant l'hiver, mais personne ne savait "
        "d'où viendrait l'argent."
    ),
    "es": (
        "La comisión se reunió el martes para hablar de la reparación del viejo puente. "
        "La mayoría quería empezar antes del invierno, pero nadie sabía de dónde saldría "
        "el dinero."
    ),
    "it": (
        "La commissione si è riunita martedì per parlare della riparazione del vecchio "
        "ponte. La maggior parte voleva cominciare prima dell'inverno, ma nessuno sapeva "
        "da dove sarebbero arrivati i soldi."
    ),
    "pt": (
        "A comissão reuniu-se na terça-feira para falar da reparação da velha ponte. A "
        "maioria queria começar antes do inverno, mas ninguém sabia de onde viria o "
        "dinheiro."
    ),
    "nl": (
        "De commissie kwam dinsdag bijeen om over het herstel van de oude brug te praten. "
        "De meeste leden wilden voor de winter beginnen, maar niemand wist waar het geld "
        "vandaan moest komen."
    ),
    "sv": (
        "Kommittén träffades på tisdagen för att tala om reparationen av den gamla bron. "
        "De flesta ville börja före vintern, men ingen visste varifrån pengarna skulle "
        "komma."
    ),
    "da": (
        "Udvalget mødtes tirsdag for at tale om reparationen af den gamle bro. De fleste "
        "ville begynde før vinteren, men ingen vidste, hvor pengene skulle komme fra."
    ),
    "pl": (
        "Komisja zebrała się we wtorek, aby porozmawiać o naprawie starego mostu. "
        "Większość chciała zacząć przed zimą, ale nikt nie wiedział, skąd wziąć "
        "pieniądze."
    ),
    "cs": (
        "Výbor se sešel v úterý, aby jednal o opravě starého mostu. Většina členů chtěla "
        "začít před zimou, ale nikdo nevěděl, odkud se vezmou peníze."
    ),
    "hu": (
        "A bizottság kedden ült össze, hogy a régi híd javításáról beszéljen. A legtöbben "
        "még a tél előtt kezdtek volna, de senki sem tudta, honnan lesz rá pénz."
    ),
    "fi": (
        "Toimikunta kokoontui tiistaina keskustelemaan vanhan sillan korjaamisesta. "
        "Useimmat halusivat aloittaa ennen talvea, mutta kukaan ei tiennyt, mistä rahat "
        "tulisivat."
    ),
    "tr": (
        "Komisyon salı günü eski köprünün onarımını konuşmak için toplandı. Çoğu kişi "
        "kıştan önce başlamak istedi, ama paranın nereden geleceğini kimse bilmiyordu."
    ),
    "ru": (
        "Комиссия собралась во вторник, чтобы обсудить ремонт старого моста. Большинство "
        "хотело начать до зимы, но никто не знал, откуда возьмутся деньги."
    ),
    "uk": (
        "Комісія зібралася у вівторок, щоб обговорити ремонт старого мосту. Більшість "
        "хотіла почати до зими, але ніхто не знав, звідки візьмуться гроші."
    ),
    "el": (
        "Η επιτροπή συνεδρίασε την Τρίτη για να μιλήσει για την επισκευή της παλιάς "
        "γέφυρας. Οι περισσότεροι ήθελαν να αρχίσουν πριν από τον χειμώνα, αλλά κανείς "
        "δεν ήξερε πού θα βρεθούν τα χρήματα."
    ),
    "ja": (
        "委員会は火曜日に集まり、古い橋の修理について話し合った。多くの委員は冬の前に工事"
        "を始めたいと考えたが、お金がどこから来るのかは誰も知らなかった。"
    ),
    "zh": (
        "委员会星期二开会讨论修理那座旧桥。大多数人希望在冬天之前开工，但是没有人知道钱从"
        "哪里来。会议一直开到很晚，最后也没有作出决定。"
    ),
    "ko": (
        "위원회는 화요일에 모여 오래된 다리의 수리에 대해 이야기했다. "
        "대부분은 겨울이 오기 전에 시작하고 싶어 했지만 돈이 어디서 나올지는 아무도 몰랐다."
    ),
    "ar": (
        "اجتمعت اللجنة يوم الثلاثاء للحديث عن إصلاح الجسر القديم. أراد معظم الأعضاء البدء "
        "قبل الشتاء، لكن لم يعرف أحد من أين سيأتي المال."
    ),
    "he": (
        "הוועדה נפגשה ביום שלישי כדי לדבר על תיקון הגשר הישן. רוב החברים רצו להתחיל לפני "
        "החורף, אבל איש לא ידע מאין יבוא הכסף."
    ),
    "hi": (
        "समिति मंगलवार को पुराने पुल की मरम्मत पर बात करने के लिए मिली। ज़्यादातर सदस्य "
        "सर्दियों से पहले काम शुरू करना चाहते थे, लेकिन किसी को पता नहीं था कि पैसा कहाँ "
        "से आएगा।"
    ),
    "vi": (
        "Ủy ban họp vào thứ ba để bàn về việc sửa cây cầu cũ. Phần lớn muốn bắt đầu trước "
        "mùa đông, nhưng không ai biết tiền sẽ đến từ đâu."
    ),
    "id": (
        "Panitia bertemu pada hari Selasa untuk membahas perbaikan jembatan tua itu. "
        "Kebanyakan anggota ingin mulai sebelum musim hujan, tetapi tidak ada yang tahu "
        "dari mana uangnya akan datang."
    ),
    "no": (
        "Komiteen møttes tirsdag for å snakke om reparasjonen av den gamle broen. De "
        "fleste ville begynne før vinteren, men ingen visste hvor pengene skulle komme "
        "fra."
    ),
    "ro": (
        "Comisia s-a întâlnit marți ca să discute despre repararea podului vechi. Cei mai "
        "mulți voiau să înceapă înainte de iarnă, dar nimeni nu știa de unde vor veni "
        "banii."
    ),
}

NO_PROSE = {
    "c": (
        "#include <stdio.h>\nint main(int argc, char **argv) {\n  for (int i = 0; i < argc; ++i) "
        'printf("%d %s\\n", i, argv[i]);\n  return 0;\n}\n'
        "static void *xmalloc(size_t n) { void *p = malloc(n); if (!p) abort(); return p; }\n"
    ),
    "javascript": (
        "function add(a, b) {\n  return a + b;\n}\nconst xs = [1, 2].map((x) => add(x, 1));\n"
        "for (let i = 0; i < xs.length; i++) {\n  console.log(xs[i]);\n}\n"
    ),
    "numbers": "| a | b | c |\n| --- | --- | --- |\n" + "| 12.5 | 1,234 | 99 |\n" * 60,
    "csv": "id,name,amount\n" + "".join(f"{i},X{i * 7 % 13},{i * 31 % 97}.5\n" for i in range(99)),
    "hexadecimal": " ".join(f"{i * 2654435761 % 2**32:08x}" for i in range(200)),
    "base64": base64.b64encode(bytes(range(256)) * 5).decode(),
    "json": '{"id": 1, "ok": true, "tags": ["a1", "b2"], "x": {"y": null}}\n' * 30,
    "addresses": "https://a.test/x/y?z=1\nhttp://b.test/index.html\n" * 20,
    "part numbers": "\n".join(f"ABX-{i:04d} QF{i % 7} RT/{i % 9}-L" for i in range(100)),
    "names": "| Müller | Berlin |\n| García | Madrid |\n| Rossi | Roma |\n| Smith | London |\n" * 9,
    "symbols": "→ ★ ☎ § ¶ ≤ ≥ ± " * 50,
}


@pytest.mark.parametrize("language", PROSE)
def test_the_language_of_prose(language: str) -> None:
    assert language_of(PROSE[language]) == language


@pytest.mark.parametrize("language", sorted(set(PROSE) - {"hi", "zh", "ja", "ko"}))
def test_a_sentence_is_enough(language: str) -> None:
    assert language_of(PROSE[language][:80]) == language


@pytest.mark.parametrize("kind", NO_PROSE)
def test_what_is_no_prose_has_no_language(kind: str) -> None:
    assert language_of(NO_PROSE[kind]) == ""
    assert language_of(NO_PROSE[kind] * 9) == ""


@pytest.mark.parametrize("text", ["", " \n", "Hello, how are you today?", "Ja. " * 19])
def test_too_little_text(text: str) -> None:
    assert language_of(text) == ""


def test_capitals() -> None:
    assert language_of(PROSE["de"].upper()) == "de"


def test_the_middle_decides() -> None:
    english, german = PROSE["en"] * 20, PROSE["de"] * 20
    assert language_of(english[:2000] + german + english[:2000]) == "de"


def test_where_the_middle_is_a_table_the_beginning_decides() -> None:
    assert language_of(PROSE["fr"] * 12 + NO_PROSE["numbers"] * 9) == "fr"


def test_languages_without_a_code_of_two_letters_have_that_of_their_family() -> None:
    egyptian = (
        "عايز أعرف ليه مش بتيجي معانا النهارده، إحنا كلنا مستنيينك هناك من الصبح وعايزين نشوفك."
    )
    assert language_of(egyptian) == "ar"


@given(st.text(max_size=3000))
def test_every_text_has_an_answer(text: str) -> None:
    code = language_of(text)
    assert code == "" or (len(code) == 2 and code.isascii() and code.islower())


def test_lone_surrogates_do_no_harm() -> None:
    assert language_of(PROSE["en"] + "\ud800") == "en"


def test_the_model_is_loaded_with_the_first_text_that_is_long_enough() -> None:
    script = (
        "import sys; from tercet.loaders.language import language_of; language_of('short');"
        "print('py3langid' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert found.stdout.strip() == "False"
