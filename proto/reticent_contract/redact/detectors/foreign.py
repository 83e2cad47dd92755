"""Words of other languages than English in logs, for `full_names`: `Der Dienst` is nobody.

Must hold: of German, Spanish, French, Italian, Portuguese, Dutch, Polish, Czech, Turkish,
Indonesian and the Nordic languages, in lower case; none is a usual name of people (Koch, Casas),
and as a user's name each may be one.
"""

from __future__ import annotations

from reticent_contract.redact.detectors.model import words

FOREIGN = words(
    """
    aangemaakt aanmelding aanvraag aap aber abgelaufen abhi abmeldung abrechnung absender abteilung
    acceso accesso accueil accès acesso achats acquisti actualización adalah adesso adgang
    adgangskode adjunto administración administracja administração advarsel advertencia afdeling
    afdruk afspraak afzender agence aggiornamento agli agora agosto ahora ajuste ajustes akan akses
    aktualisierung aktualizace aktualizacja aktuelle aktueller akun albarán aldri aldrig alle
    allegato alltid allí almacenes almacén alte alterado altes altid altijd alıcı amanhã
    amministrazione anahtar anche andar anexo angebot anhang anlage anmeldung anno année ano anruf
    anslutning ansökan ansøgning antrag anträge användare användaren anwendung ao aos août
    aplicación aplicativo aplicação aplikace aplikacja aplikasi apotek apotheek apotheke appel
    applicazione appuntamento aprile apteka aqui aquí aralık arama araç archivo archivos armazém
    arquivo arquivos assicurazione assunto assurance asunto asuransi atenciosamente atentamente
    atualização até auch auftrag aufträge augusti aujourd aus ausgang aussi auswertung aux
    außenstelle av avait avdeling avdelning avec avenida avere avertissement avis aviso avoir avril
    avsändare avtal avviso ayar ayarlar ayer ayuntamiento azienda año aún ağ ağustos bagian baja
    banca banco banka banque bardzo bağlantı bedankt bedrag bedrijf beheer behörighet bei belasting
    belopp belum beløp benutzer benutzerin benutzername berechtigung berkas besked besprechung
    besprechungsraum bestand bestanden bestelling bestellung beställning betaling betalning betrag
    betreff beveiliging bezpieczeństwo biblioteca bibliotek biblioteka bibliotheek bibliothek
    bibliothèque bij bijlage bijwerking bilag bilaga bildschirm bilgisayar bitte biuro blev blir
    bloccata bloccato bloqueada bloqueado bloqué bloquée bodega boekhouding boleto bonifico bonsoir
    borttagen boucherie boulangerie boîte bruger brugeren bruker brukeren buchhaltung budynek buenas
    buenos bulan buonasera buongiorno busta buzón byggnad był była było były bâtiment bäckerei bölüm
    bürgeramt büro błąd cadangan cadde caducada caducado cafetería caixa calendario calendrier calle
    carpeta cartella casella cellulare celular ces cet cette chamada chave chez chiamata chiave
    chyba chère ciao cidade cierre cita città ciudad clavier cliente clienti clinica clinique clé
    clínica cobro colegio collège colonna colonne columna coluna comercial commande compras
    comptabilité compte comptes computador computadora comune conexión conexão configuración
    configuração congé congés connecté connessione connesso consegna conta contabilidad
    contabilidade contabilità contas contra contraseña contrat contrato contratto contre copia
    cordialement cordiali correcto creado creato créé cuenta cuentas cumartesi cuti czerwiec cześć
    czwartek cópia daar daftar danke darf dari dat datamaskin datei dateien dator daya debe deben
    definições dem demande dengan departamento depo depuis der dernier dernière desde destinataire
    destinatario destinatário deur deve devem devis devono deze dezember dezembro dhanyavaad
    dicembre diciembre dienst dienstag dienste dienstleistungen diese dieser dieses dimanche dinsdag
    dipendente dipendenti dirección directie directorio direksi diretório direzione direção
    disponibile disponible disponível disque dobry doit doivent domani donderdag donnerstag dort
    dossier dossiers dostawa dostęp dosya dottor dottoressa droit droits druckauftrag drucke drucker
    drukarka drukowanie drzwi dyrekcja dysk dział dzień dziękuję dziś där décembre déconnexion délai
    département días dør ecrã eczane edificio een eerste ein eine einem einen einer eines eingang
    einkauf einstellung einstellungen ekonomi ekran el elenco eliminado eliminato eller empfang
    empfänger empleada empleado employé employée empresa enero entrada entre entrega entreprise
    entrepôt entrée entsperrt entwurf envío equipo equipos erano erfolgreich erişim erreur erro
    errore erste erstellt erster escola escritório escuela essere estaba estar estimada estimado
    está están estão excluído expirada expirado expiré expirée expéditeur expédition fabbrica
    fabriek fabrika fabryka factura facturas facture facturen factures factuur faculdade fahrzeug
    fait faktur faktura fakturor faktury falha farmacia farmácia fattura fatture fatura faturas
    febbraio febrero februar februari fehler fehlgeschlagen feil feira fejl fel fenster fenêtre
    ferie ferretería festplatte feuerwehr fevereiro ficheiro fichero fichier fichiers fil filer
    filial filiale finestra firma foi folha foram fordon formulaire formular formulario formularz
    formulier formulir formulário formulär fout fra fredag freundliche freundlichen friseur från fue
    fueron funcionária funcionário função fábrica férias février fönster för försäkring försäljning
    förvaltning führerschein für gaji gata gayi geachte geblokkeerd gebouw gebruiker gebruikers
    gebäude gedung geehrte geehrter geen gegen gehalt gehaltsabrechnung geldig gelöscht gemeente
    gemeinde gennaio gentile gerencia gerência geschäftsführung gesellschaft geslaagd gesperrt
    gestern gestion gestión gestão getrennt gewijzigd geändert giovedì giriş gisteren giugno gli
    godzina gracias grazie groep groeten groupe grudzień grup grupa grupo grupp gruppe gruppen
    gruppo grüße grüßen gudang gutschrift gärtnerei går gönderen gültig güncelleme güvenlik główna
    główny haben hade hafta hai hain halaman halbjahr hallo han handel har hasta hastane hasło hata
    hatte havale havde hebben heeft hei hej herstel herzlich hesabı hesap heslo het heure heute hier
    hilsen hinweis hizmet hochschule hohe hoher hoje hola hoy huis humaines humanos hun hälsningar
    här hôpital ich ici idag ieri igår ihr ihre ikke ilk immatriculation immer imorgon importe
    importo imposta impostazioni imposto impresión impresora impressora impressão imprimante
    impuesto impôt indkøb indstillinger informe ingang ingresso ingång inicio inkoop inköp
    inloggning innkjøp innstillinger insan instalación instalacja instalação installazione
    instelling instellingen inställningar inte invalide inválido início jahr jamais janeiro janela
    januar januari janvier jaringan jendela jeszcze jetzt jeudi jointe jour jouw jueves juillet juin
    julho juli jumat jumlah junho junio jusque jutro już kadry kalendarz kalender kamer kann kantine
    kantoor kantor kapı karo karyawan kasih kasım katalog kaynakları keamanan kein keine keinen
    kendaraan kennwort kennzeichen kenteken kesalahan keuangan kijiye kjære klant klanten klasör
    klavye klawiatura klienci klient klinik klucz klávesnice kolumn kolumna komputer komunikat
    koneksi konnte konta konten konto kontor kontrak konu kopia krankenhaus krankmeldung kripya
    księgowość kullanıcı kund kunde kunden kunder kurulum kwiecień kwota kya kyun kære können
    kütüphane laatste labor lampiran lantai laporan lastschrift laufwerk layanan lecteur ledning
    leitung letzte letzter leur leurs leverans librairie librería licencia licencja licentie licenza
    licença liebe lieferschein lieferung ligação ligne lijst linha lipiec lisans lisens lisensi
    lista liste listopad livraison lizenz llamada llave lo logiciel logistik logowanie lohn
    loonstrook luglio lundi lunedì luty lyckades lycée línea lön lördag lösenord løn lønn lørdag
    maand maandag maar maart maaş macelleria mademoiselle magasin magazijn magazyn magazzino maggio
    mahalle mahnung maintenant maio mairie mais maison maj mandag manusia mapp mappe mardi martedì
    martes marzec março matriz matrícula mayıs mañana med medarbeider medarbejder medarbetare
    meddelande medewerker mediante mein meine melding meldung meneer meno menos mensagem mensaje
    mensajes mercado merci mercoledì mercredi merhaba meri mesaj mese messaggio metzgerei mevrouw
    miasto miesiąc mijn minuto mise mislukt misslyckades mitarbeiter mitarbeiterin mittente mittwoch
    miércoles modificado modificato modifié mogą moins mois monat monde mondo montant mottagare może
    muebles muhasebe mundo muss muy mysz más märz må månad måndag måned måste mês móvil möte
    mötesrum møde møte müdürlük müssen müşteri naar nach nachricht nachrichten nadawca nahi namaste
    nas nastavení ne negozio nei nel nettverk netværk netwerk netz netzwerk neue neuer neues nicht
    nie niederlassung niedziela niet nieuwe nigdy noch noches noite nomor nooit nord norte nos notre
    nouveau nouvelle nova novembre novembro noviembre novo nowa nowe nowy nueva nuevo numara numer
    numero nummer numéro nunca nuova nuovo nyckel não nächste nächster när nätverk nå når nómina
    nøgle nøkkel número objednávka objet obnovení obrazovka obrigada obrigado ocak och octobre
    octubre odbiorca oddział oddělení oder oferta offene offener offert offerta offerte oficina
    oficinas ofis oggetto oggi ohne okno oktober okul olá onder onderwerp onsdag ontem ontvanger
    onze ook opdatering operativo oppdatering oproep oprávnění ora ordenador ordinateur ordine
    ordini ordner ordre ospedale ost ostatni ostatnia ostrzeżenie ottobre oturum outubro
    overschrijving pabrik pada paga pagamento pago paie paiement pajak palavra panadería panetteria
    panggilan pani pantalla par para paramètre paramètres parola pas pasaport pasaporte paspoort
    passaporte passaporto passeport passord paszport pazartesi październik pedido pedidos pela
    peladen pelanggan pelo peluquería pembaruan pembayaran pembelian penawaran pencere pencetak
    penerima pengaturan pengguna pengirim pengiriman penjualan peringatan permessi permesso permiso
    permisos permissão permissões permohonan pero perpustakaan personalausweis personeel pertama
    perşembe pesanan peut peuvent pharmacie pierwsza pierwszy pintu piso pièce più piątek piętro
    plac plaka planta plazo plein plik pliki plików podatek pode podem pojazd polizei poniedziałek
    por porte possono poste postfach pozdrawiam počítač połączenie pracownicy pracownik praxis prazo
    praça prefeitura premier première prezada prezado prima primeira primeiro primera primero primo
    progetto programa programm programma projekt projet projeto proposta protokoll proyecto przelew
    przywracanie prédio prélèvement puede pueden puerta può página på płatność přihlášení připojení
    přístup quarta quartal querida querido qui quinta rad rahi rapat rapor raport rapport rapporto
    rathaus ratón raum rechner rechnung rechnungen rechten recibo recursos rede regnskab regnskap
    reisepass relatório remetente remitente rendez reparto ressources restauración restaurante
    restauration restauração rete reunião reunión reuniões richiesta ripristino risorse riunione
    riunioni rok rola rolle ruang rufnummer ruolo réglage réglages répertoire réseau réunion réussi
    rôle sabtu salaire salario salaris salarié salariée salg salida salle saludos salut saluti
    salvataggio salário salı samedi samtal satın satır satış sauvegarde sayfa saída scadenza scaduta
    scaduto scherm schermo schijf schlüssel schon schreinerei schule scuola secondo sede segunda
    segurança seguridad seguro seguros según sehr seit seite seiten sekolah selamat selasa selon
    semaine semana sempre senha senhor senhora senza septembre septiembre ser serveur serveurs
    servicio servicios servidor servidores servizi servizio serviço serviços serwer sesión sesja
    sessie sessione sessão setembro settembre settimana sevkiyat señor señora sicherheit sicherung
    sicurezza sida siempre sierpień sieć signor signora sigorta sikkerhed sikkerhet sind sinds
    sipariş sistem sistema sitzung sitzungsraum siège sjukhus ska skal skapad skat skatt skjema
    sklep skola skrivare skriver skupina skärm sleutel složka služba smlouva sobota sobre sociedad
    sociedade società société sokak solicitação solicitud soll sollte sono sont sortie soubor
    soubory souris sous spalte sparkasse spedition spedizione spotkanie sprzedaż spärrat spółka stad
    stampa stampante standort stata stato steuer stipendio straat strasse straße strona stunde
    styczeń sucursal sudah sueldo sul sulla sumber sunucu supermercado supprimé sur systeem systeme
    systemet système szanowna szanowny szkoła szpital sábado são säkerhet sécurité sí síť söndag
    sözleşme søknad søndag süd sütun są tabel tabela tabell tabella tabelle tabla tablo tack tahun
    takk takvim także talep taller también também tampoco tangentbord tarde tardes targa tastatur
    tastiera techniczny techniek technik technologien teclado tecnica tecnico teklif teknik teknis
    tela telefone telefono telefoon telemóvel telepon teléfono tem temat terakhir teraz terima
    termijn termin terça teslimat teşekkürler tidak tienda tiene tienen til tilkobling till timme
    tirsdag tischlerei tisdag tisk tiskárna tjeneste tjänst tjänsten toegang toepassing toetsenbord
    toplantı torg torsdag toujours tra transferencia transferência tussen tutaj tutar tydzień
    técnica técnico téléphone têm ubezpieczenie ufficio uge uhr uhrzeit uit uitgang uke ulica ultima
    ultimo um umane umas umowa una unas und une ungültig unidad unità universidad universidade
    universitas universiteit universitet università universität université uniwersytet uno unos
    unser unsere unter untuk uppdatering uprawnienia urlaub urlaubsantrag urlop uscita usine
    ustawienia usuaria usuario usuarios usunięty usuária usuário usuários usługa usługi utan uten
    utente utenti utilisateur utilisateurs utilisatrice utilizador utilizadores utskrift utworzony
    uur uyarı uygulama użytkownicy użytkownik użytkownika uživatel uživatele vacaciones valide
    valido valor vandaag var varning varování vecka vedlegg vehículo veicolo vendas vendite vendredi
    venerdì venlig vennlig venster ventana ventas ventes verbinding verbindung verbunden verdieping
    verein verfügbar vergadering vergaderzaal vergi verkoop verlag verlof verlopen versand
    versicherung verslag vertrag vertrieb verwaltung verwijderd verzeichnis verzekering verzending
    vestiging veículo viale vielen viernes virement voertuig voor vor vorlage votre vrijdag válido
    världen våning véhicule waarschuwing wachtwoord wann waren warnung warum ważny wczoraj wegen
    weil wejście wel wenn werd werden werkstatt wiadomość wie wieder wiederherstellung wiersz
    willkommen winkel wir wird wniosek wo woche woensdag worden wordt wrzesień wtorek wurde wurden
    wygasło wyjście wypłata wysyłka während ya yazıcı yedek yeni yetki yönetim yıl zabezpečení
    zablokowany zahlung zakupy zamówienie zaměstnanec zapasowa zaterdag zawsze załącznik zeile
    zentrale ziekenhuis zijn zmieniony zondag zonder został została zostało zpráva zugang zugriff
    zum zwischen zákazník záloha às ämne ändrad är år återställning åtkomst çalışan çarşamba çıkış
    échec école écran étage était été être ödeme última último účet über überweisung üniversite
    środa şehir şifre şirket şubat şube
    """
)
# With a capital at the beginning of a sentence or a title, and no part of a name there.
ARTICLES = words("die les gli los las het een det un une uno os mein dein kein")
# What nouns of theirs end with, and people's names do not.
ENDINGS = (
    *("ción", "sión", "zione", "zioni", "ungen", "schaft"),
    *("keit", "lichkeit", "sheit", "ität", "idad", "idade", "ização", "isation"),
    *("konto", "dienst", "schlüssel", "nummer", "gerät", "netzwerk"),
    *("abteilung", "prüfung", "meldung", "leitung", "rechnung", "buchung", "sicherung", "liste"),
)
# Behind a name: it is a company's, a school's, a street's.
OF_COMPANIES = words(
    """
    traders trading enterprise enterprises textile textiles industries industry foods sweets
    medicals medical stores store mart bazaar jewellers motors electricals electronics hospital
    clinic pharmacy school college university institute academy hotel resort palace restaurant cafe
    nagar colony road street marg vihar puram temple mandir bhavan bhawan towers tower plaza mall
    logistik logistics apotheke klinik praxis bau technik transport transporte reisen versicherung
    versicherungen verlag brauerei metallbau maschinenbau elektro immobilien spedition
    allee platz solutions technologies technology systems services consulting consultants
    associates partners group holding holdings ventures capital finance bank insurance builders
    constructions developers infra pharma pharmaceuticals chemicals steel cement exports imports
    agencies agency printers publications travels tours tractors farms dairy bakery
    foundation trust society association international global worldwide brothers sons company
    corporation airport station stadium county
    farmacia apteka clinica gmbh
    pradesh chowk chaturthi puja ekadashi utsav nadu bengal ghats
    """
)
# Before a name that is no person's.
PLACES = words(
    """
    hotel rue calle via avenida avenue gruppe grupo groupe gruppo team project projekt projet
    proyecto progetto company firma empresa school escuela colegio hospital klinik clinique street
    strasse raum sala salle room saal plaza platz piazza praça ulica dorf schloss chateau villa
    restaurant cafe bar welt pension gasthaus residencial edificio torre campus stadion estadio
    lake mount fort port cape bay river
    """
)
