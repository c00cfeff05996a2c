//! Words of a club's public page.

words! {
    lead: "Compre nas lojas do clube e receba parte do valor de volta.", "Shop at the club's merchants and get part of the price back.";
    how: "Como funciona", "How it works";
    step_buy: "Compre", "Shop";
    step_buy_text: "Pague com o saldo do clube ou identifique-se no caixa com CPF ou telefone.", "Pay with your club balance, or give your CPF or phone number at the till.";
    step_get: "Receba", "Get cashback";
    step_get_text: "{percent} do cashback de cada compra entra na sua carteira.", "{percent} of every purchase's cashback goes into your wallet.";
    step_use: "Use ou saque", "Spend or withdraw";
    step_use_text: "Gaste nas lojas do clube ou transfira por Pix para a sua conta.", "Spend it at the club's merchants or send it to your bank account by Pix.";
    step_refer: "Indique", "Refer";
    step_refer_text: "Quando quem você indicou compra, {percent} do cashback é seu.", "When somebody you referred shops, {percent} of the cashback is yours.";
    example: "Um exemplo, ao centavo", "An example, to the cent";
    example_text: "Uma compra de {price} em uma loja que devolve {pool_percent} gera {pool} de cashback. Ele é dividido assim:", "A purchase of {price} at a merchant that gives {pool_percent} back makes {pool} of cashback. It is shared like this:";
    you: "Você", "You";
    club: "O clube", "The club";
    your_referrer: "Quem indicou você", "Who referred you";
    merchant_referrer: "Quem indicou a loja", "Who referred the merchant";
    no_referrer: "Sem indicação, essa parte fica com o clube.", "Where nobody referred, that share stays with the club.";
    paused: "O cashback deste clube está pausado no momento.", "This club's cashback is paused at the moment.";
    paused_text: "O saldo que você já tem continua seu.", "The balance you already have stays yours.";
    app_store: "App Store", "App Store";
    play_store: "Google Play", "Google Play";
    questions: "Perguntas", "Questions";
    q_cost: "Quanto custa participar?", "What does it cost to join?";
    a_cost: "Nada. Quem oferece o cashback é a loja onde você compra.", "Nothing. The cashback is given by the merchant you shop at.";
    q_who: "Como sei quanto vou receber?", "How do I know what I will get?";
    a_who: "Cada loja define quanto devolve. Desse valor, {percent} é seu, e o app mostra a conta de cada compra.", "Each merchant decides how much to give back. Of that, {percent} is yours, and the app shows the sums for each purchase.";
    q_refund: "E se eu devolver uma compra?", "What if I return a purchase?";
    a_refund: "O cashback dela é desfeito na mesma proporção. Se já tiver sido usado, o próximo cashback cobre a diferença.", "Its cashback is taken back in the same proportion. If you have already spent it, your next cashback makes up the difference.";
    q_data: "O que fazem com os meus dados?", "What happens to my data?";
    a_data: "Eles ficam em um banco de dados só deste clube. Você pode baixar ou apagar a sua conta quando quiser.", "They are kept in a database of this club alone. You can download or delete your account whenever you like.";
    help: "Fale com a gente", "Talk to us";
    email: "E-mail", "E-mail";
    phone: "Telefone", "Phone";
    whatsapp: "WhatsApp", "WhatsApp";
    for_operators: "Administração do clube", "Club administration";
}
