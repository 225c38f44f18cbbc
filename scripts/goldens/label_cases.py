"""Prompts with five labels each, for make-label-goldens. Labels are written as they follow the prompt.

Among the labels are words of one token beside longer ones, labels that share their first tokens, and labels that are
the beginning of others.
"""

CASES = [
    # cities and countries
    ("The capital of France is", [" Paris", " Marseille", " Clermont-Ferrand", " Paris, Texas", " Boulogne-Billancourt"]),
    ("She landed at JFK after midnight and took a taxi into",
     [" New York", " New York City", " New Jersey", " New Orleans", " Newark"]),
    ("Postcard: \"The tower leans even more than we thought!\"\nSent from:",
     [" Pisa", " Bologna", " San Gimignano", " Florence", " San Marino"]),
    ("Largest city of the country: Brazil ->",
     [" Rio de Janeiro", " Rio Branco", " São Paulo", " São Luís", " Brasília"]),
    ("Our ferry crosses from Helsinki to", [" Tallinn", " Tartu", " Saint Petersburg", " Stockholm", " Saint John"]),
    ("Which state has Juneau as its capital? Answer:",
     [" Alaska", " South Dakota", " South Carolina", " North Dakota", " West Virginia"]),
    ("They speak Portuguese and live on the coast of Africa. Country:",
     [" Mozambique", " Angola", " Guinea-Bissau", " Guinea", " Cape Verde"]),
    ("Q: Where is Machu Picchu?\nA: It is in", [" Peru", " Papua New Guinea", " Papua", " Bolivia", " Trinidad and Tobago"]),
    # what a customer wants
    ("Customer: My parcel was meant to be here on Monday.\nIntent:",
     [" delivery", " delivery late", " delivery address", " refund request", " order cancellation"]),
    ("Customer: I typed the wrong house number, can you change it?\nIntent:",
     [" delivery late", " delivery address", " account", " account deletion", " order cancellation"]),
    ("Customer: Please remove everything you know about me.\nIntent:",
     [" account", " account deletion", " account deletion denied", " newsletter", " newsletter unsubscribe"]),
    ("Caller: there is water coming through the kitchen ceiling\nDepartment:",
     [" emergency repairs", " emergency", " repairs", " general enquiries", " billing and payments"]),
    ("Ticket: The app closes as soon as I open the camera.\nType:",
     [" bug", " bug report", " feature request", " feature", " question about pricing"]),
    ("Ticket: It would be lovely to have a dark theme.\nType:",
     [" bug report", " feature request", " praise", " question", " question about pricing"]),
    ("Ticket: How much is the yearly plan for a school?\nType:",
     [" bug report", " feature request", " praise", " question", " question about pricing"]),
    # voice commands
    ("\"Wake me at half past six tomorrow\" means:",
     [" set_alarm", " set_timer", " set_reminder", " cancel_alarm", " play_music"]),
    ("\"Put on something slow for dinner\" means:",
     [" play_music", " play_podcast", " play_radio_station", " turn_on_lights", " turn_off_lights"]),
    ("\"It's too dark in here\" means:",
     [" turn_on_lights", " turn_on", " turn_off_lights", " turn_on_heating", " open_blinds"]),
    # people
    ("The general theory of relativity was published in 1915 by",
     [" Albert Einstein", " Albert Michelson", " Albert", " Isaac Newton", " Marie Skłodowska Curie"]),
    ("The author of \"Pride and Prejudice\" is", [" Jane Austen", " Jane Eyre", " Jane", " Charlotte Brontë", " Mary Shelley"]),
    ("First woman in space:", [" Valentina Tereshkova", " Valentina", " Sally Ride", " Sally", " Svetlana Savitskaya"]),
    ("He painted The Starry Night in an asylum at Saint-Rémy:",
     [" Vincent van Gogh", " Vincent", " Rembrandt van Rijn", " Paul Gauguin", " Paul Cézanne"]),
    # phrases
    ("Review: I would not wish this hotel on an enemy.\nThe guest was",
     [" happy", " not happy", " not happy at all", " not", " over the moon"]),
    ("Review: Best coffee in the valley, and they remember your name.\nThe guest was",
     [" happy", " not happy", " very happy", " very happy indeed", " not happy at all"]),
    ("Premise: All the shops were shut. Hypothesis: She bought bread there.\nThis is",
     [" certain", " certainly not true", " certainly", " possible", " possible but unlikely"]),
    ("Question: Can penguins fly?\nAnswer:", [" yes", " no", " no, they cannot", " no, but they swim", " nobody knows"]),
    ("A stitch in time saves", [" nine", " nine lives", " the day", " the best for last", " a penny"]),
    ("Better late than", [" never", " never ever", " sorry", " early in the morning", " none at all"]),
    ("Dear colleagues,\nthank you for your patience.\n\nBest",
     [" regards", " regards and thanks", " wishes", " wishes to all of you", " of luck"]),
    ("Status of order 20417: it left the warehouse an hour ago, so it is",
     [" in transit", " in", " in stock", " out for delivery", " out of stock"]),
    # numbers, codes and marks
    ("7 times 8 is", [" 56", " 54", " 5", " 560", " fifty-six"]),
    ("Severity of \"disk 94 % full\" on a scale from P1 to P5:", [" P1", " P2", " P3", " P3 - low", " P5 (ignore)"]),
    ("HTTP status for a page that does not exist:",
     [" 404", " 404 Not Found", " 403 Forbidden", " 500 Internal Server Error", " 200 OK"]),
    ("#include <vector>\n\nstd::vector<int> v;\nv.", ["push_back", "push_front", "pop_back", "size", "size_type"]),
    ("ICD chapter for a broken wrist [", ["S62]", "S62.1]", "S42]", "M80]", "XIX]"]),
    ("Colour of an unripe banana = #", ["green", "greenish yellow", "yellow", "00ff00", "00aa00"]),
    # sciences
    ("The powerhouse of the cell is the",
     [" mitochondrion", " mitochondria", " nucleus", " endoplasmic reticulum", " Golgi apparatus"]),
    ("Diagnosis for a child with a barking cough at night:",
     [" croup", " whooping cough", " asthma", " bronchiolitis obliterans", " common cold"]),
    ("Chemical formula NaHCO3, known in kitchens as", [" baking soda", " baking powder", " table salt", " vinegar", " baking"]),
    ("A quadrilateral with exactly one pair of parallel sides is a",
     [" trapezoid", " trapezium", " parallelogram", " rhombus", " rectangle that leans"]),
    # other languages, and signs
    ("Das Wetter ist heute schrecklich. Stimmung:",
     [" schlecht", " sehr schlecht", " sehr gut", " sehr", " unentschieden"]),
    ("Le film dure trois heures et on ne s'ennuie jamais. Avis :",
     [" positif", " très positif", " très négatif", " négatif", " ni l'un ni l'autre"]),
    ("El tren sale a las ocho y llega a",
     [" Madrid", " Las Palmas", " Las Palmas de Gran Canaria", " Alcalá de Henares", " Zaragoza"]),
    ("日本の首都は", ["東京", "東京都", "京都", "大阪市", "ニューヨーク"]),
    ("Столица Украины:", [" Киев", " Киевская область", " Харьков", " Одесса", " Львів"]),
    ("just got the job!!! mood:", [" 🎉", " 🎉🎉🎉", " 😭", " 😀 happy", " ¯\\_(ツ)_/¯"]),
    ("Vrijdag is een dag in het", [" weekend", " begin van de week", " begin", " midden van de week", " voorjaar"]),
    ("Translate into Turkish: good morning ->", [" günaydın", " iyi geceler", " iyi akşamlar", " iyi", " merhaba"]),
]


def with_demonstrations(cases):
    """All of the cases above as the demonstrations of the last prompt, which is longer than Gemma's local window."""
    shown = "\n".join(prompt + labels[0] for prompt, labels in cases)
    return f"{shown}\nCustomer: You charged me twice for one pair of shoes.\nIntent:", cases[8][1]


CASES.append(with_demonstrations(CASES))
