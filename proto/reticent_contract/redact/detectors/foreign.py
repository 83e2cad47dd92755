"""Words of other languages than English in logs, for `full_names`: `Der Dienst` is nobody.

Must hold: of German, Spanish, French, Italian, Portuguese, Dutch, Polish, Czech, Turkish,
Indonesian and the Nordic languages, in lower case, and what begins the captions and messages of
programs and the names of states in these and others (Azerbaijani, Malay, Welsh, Armenian); none is
a usual name of people (Koch, Casas), and as a user's name each may be one.
"""

from __future__ import annotations

from reticent_contract.redact.detectors.model import words

FOREIGN = words(
    """
    aangemaakt aanmelding aanvraag aap aber abfragen abgefragter abgelaufen abhi abmeldung
    abrechnung abschnitt absender abstand abteilung acceso accesso accueil accès acesso achats
    acquisti actualización adalah adaları adası adesso adgang adgangskode adjunto administración
    administracja administração adresse adressen advarsel advertencia adı afdeling afdruk afrika
    afspraak afzender agence aggiornamento aggregatfunktion agli agora agosto ahora ajuste ajustes
    akan akses aktif aktifkan aktion aktionen aktivieren aktualisieren aktualisierung aktualizace
    aktualizacja aktuelle aktueller akun alamat alat albarán aldri aldrig algemene alle allegato
    allgemeine alltid allí almacenes almacén alte alterado alternatif alternativen altes altid
    altijd alzip alıcı amanhã amministrazione amplop américa anahtar anak anche andar andere anexo
    anfordern anfrage angabe angaben angebot angegebene angegebener anhang anlage anlegen
    anmeldedaten anmeldung anno année ano anruf anslutning ansökan ansøgning anteil antigo antrag
    anträge antwort användare användaren anwenden anwendung anzahl anzeige anzeigen ao aos août
    aplicación aplicativo aplicação aplikace aplikacja aplikasi apotek apotheek apotheke appel
    applicazione appuntamento apresentar aprile apteka aqui aquí arabisch aralık arama arapçası araç
    arbeitsverzeichnis archiv archivo archivos archív argumente argumenten armazém arquivo arquivos
    arsip arten assicurazione assunto assurance asunto asuransi atenciosamente atentamente atoll
    attribut attributen attributtyp atualização até auch auffüllung auflistung auflösen aufruf
    aufrufe auftrag aufträge augusti aujourd aus ausdruck ausführen ausgabe ausgabedatei
    ausgabedateien ausgaben ausgang auslesen ausrichtung aussi auswahl auswerten auswertung
    automatische aux außenstelle av avait avdeling avdelning avec avenida avere avertissement avis
    aviso avoir avril avsändare avtal avviso awam ayar ayarlar ayer ayuntamiento azienda açık año
    aún ağ ağustos aŭdyjo bagian bahasa baja banca banco banka banque bardzo barrierefreie batas
    batı baumaschine bawah baybayin bağlantı başlık başlığı başına beachten bedankt bedrag bedrijf
    befehl befehle befehlen beginn beheer behörighet bei beim bekas belakang belasting belopp belum
    beløp benarkan bendroji benin bentuk benutzen benutzer benutzerdefinierte benutzerin
    benutzername benutzernamen berechtigung berkas besar beschreibung beschriftung besitzverhältnis
    besked besprechung besprechungsraum bestand bestanden bestelling bestellung beställning betaling
    betalning betrag betreff beveiliging bezirk bezpieczeństwo biblioteca bibliotek biblioteka
    bibliotheek bibliothek bibliothèque bij bijlage bijwerking bilag bilaga bilangan bild
    bildlaufleisten bildschirm bilgisayar bilən binäre birleşik biru bitte biuro biçemi biçimler
    biçimleri blev blir bloccata bloccato bloqueada bloqueado bloqué bloquée bodega boekhouding
    bokmål boleh boleto bonifico bonsoir borttagen botón boucherie boulangerie boyut boyutu boîte
    boşluğu brasileiro breite bruger brugeren bruker brukeren buchhaltung budynek buenas buenos
    bulan buonasera buongiorno burundi busta buzón byggnad był była było były bâtiment bäckerei
    bölüm bürgeramt büro büyük błąd cabang cadangan cadde caducada caducado cafetería caixa
    calendario calendrier calle canadien capai carattere carpeta cartella casella cellulare celular
    ces cet cetak cette chamada chave chez chiamata chiave choukei chyba chère ciao cidade cierre
    cipta cita città ciudad clavier cliente clienti clinica clinique clé clínica clúdach cobro
    colegio collège colonna colonne columna coluna comercial commande commonwealth compras
    comptabilité compte comptes computador computadora comune conexión conexão configuración
    configuração congé congés connecté connessione connesso consegna conta contabilidad
    contabilidade contabilità contas contra contraseña contrat contrato contratto contre converteix
    copia cordialement cordiali correcto creado creato creools créé cuenta cuentas cumartesi
    cumhuriyeti cuti czerwiec cześć czwartek código cópia côte cömhüriäte cədvəl daar daftar dalam
    dangos danke dapat darf dari darstellung dasar dat datamaskin datei dateien dateiende
    dateiformat dateiname dateinamen daten datenbank dator daya debe deben definições dem demande
    democratic democràtica democrática demokrat demokratik demokratikong demokratische demokratska
    dengan departamento depo depuis der dernier dernière desde destinataire destinatario
    destinatário detaillierte deur deve devem devis devono deze dezember dezembro değeri dešinysis
    dhanyavaad dicembre diciembre dienst dienstag dienste dienstleistungen diese dieser dieses dikey
    dili dimanche dinsdag dipendente dipendenti dirección directie directorio direito direksi
    direkte direktori diretório direzione direção disponibile disponible disponível disque dizini
    djibouti dobry documento documentu doit doivent dokumen dokument dokumentation doları doldurma
    domani donderdag donnerstag doppelte doppelter dort dossier dossiers dostawa dostęp dosya dottor
    dottoressa doğu dritte droit droits druckauftrag drucke drucken drucker drukarka drukowanie
    drzwi drücken država dunkles durch durum dyrekcja dysk dział dzień dziękuję dziś där décembre
    déconnexion délai démocratique département días dólar dør düşey ebene ecrã eczane edificio een
    eerste eigentümer ein eine einem einen einer eines eingabe eingabedateien eingang einheit
    einheiten einige einkauf einlegen einstellung einstellungen eintrag einträge ekonomi ekran el
    elemente elenco eliminado eliminato eller elýeterli emoji empfang empfänger empleada empleado
    employé employée empresa enero entferne entfernen entpacken entrada entre entrega entreprise
    entrepôt entrée entsperrt entwurf envío equipo equipos erano erfolg erfolgreich erforderliche
    ergebnis erhöhen erişim erlangen erlaubte ermitteln ermöglicht errepublika erresuma erreur erro
    errore erscheinen erste erstellen erstellt erstellung erster erweiterte erweiterung erwägen
    erwähnung erzeuge erzeugen escola escritório escuela eski español essere estaba estado estados
    estar estimada estimado está están estão etkinleştir excluído expirada expirado expiré expirée
    expéditeur expédition fabbrica fabriek fabrika fabryka facer factura facturas facture facturen
    factures factuur faculdade fahrzeug faire fait faktur faktura fakturor faktury falha falkland
    falsche falscher farbe farmacia farmácia fase fattura fatture fatura faturas febbraio febrero
    februar februari federal federale fehlende fehlender fehler fehlerhafte fehlerhafter
    fehlgeschlagen fehlgeschlagener feil feira fejl fel feld fenster fenstern fenêtre ferie
    ferretería fertigol festlegen festplatte feuerwehr fevereiro ffont ficheiro fichero fichier
    fichiers fil filer filial filiale finestra firma foi fokus folgende folgendes folha fon fonetik
    fonta fonte foram fordon formas forme formen formulaire formular formulario formularz formulier
    formulir formulário formulär fout fra français fredag freie freiraum freundliche freundlichen
    friseur från fue fueron funcionária funcionário funktion funktionen função fábrica férias
    février fönster för försäkring försäljning förvaltning führen führerschein für gaji galluogi
    gambar ganzzahliger garis gata gayi gdk geachte gebarentaal geben geblokkeerd gebouw gebruiker
    gebruikers gebärdensprache gebäude gedung geehrte geehrter geen gegen gehalt gehaltsabrechnung
    gelap geldig gelöscht gemeente gemeinde genel genişliği gennaio gentile geral gerencia gerência
    geschäftsführung gesellschaft geslaagd gesperrt gestern gestion gestión gestão getrennt
    gewijzigd geändert geçersiz gibt gihiştbar giovedì giravên giriş gisteren giugno gli gnuplot
    godzina gornja gracias grazie grenze grenzen gri groep groeten groupe grudzień grup grupa grupo
    grupp gruppe gruppen gruppo größe grüße grüßen gudang gurmukhi gutschrift gweriniaeth gärtnerei
    går gönderen göster göstər gültig gültige güncelleme güney güvenlik główna główny haben hacer
    hade hafta hai hain halaman halbjahr hallo han handel har hashverfahren hasta hastane hasło hata
    hatte havale havde hebben heeft hei hej herstel herunterladen herzlich hesabı hesap heslo het
    heure heute hier hilfe hilsen hintergrundfarbe hinweis hinzufügen hizalama hizmet hochschule
    hohe hoher hoje hojo hola horisontal horizontale horizontaler hostnamen hoy huis humaines
    humanos hun huruf hygyrchol hälsningar här hôpital höger höhe højre hızlandırıcı ich ici idag
    idiomas ieithoedd ieri ignoriere igår ihnen ihr ihre ihrem ihren ihrer ihres ikke ikon ilhas ilk
    illas immatriculation immer imorgon implizite importe importo imposta impostazioni imposto
    impresión impresora impressora impressão imprimante impuesto impôt indkøb indstillinger
    informationen informe ingang ingresso ingång inhalt ini inicio initialisieren inkoop inköp
    inloggning innkjøp innstillinger insan inscript instalación instalacja instalação
    installationsverzeichnis installazione installieren instelling instellingen inställningar
    insulas insulele insuloj inte interne interner invalide inválido início ishujt islas islles
    isole istočni isulis isyarat jadual jahr jamais jamo janeiro janela januar januari janvier jarak
    jaringan javna javno jendela jenis jeszcze jetzt jeudi jidar jika jointe jour jouw jueves
    juillet juin julho juli jumat jumlah junho junio jusque jutro już južna južni kadry kairysis
    kalendarz kalender kamer kanan kanji kann kantine kantoor kantor kapı karakter karalystė karo
    karte karyawan kasih kasım katalog kaydırma kaynakları kağıt keamanan kebijakan kecil kedudukan
    kein keine keinen kekunci kelabu kenar kendaraan kennung kennwort kennzeichen kenteken kepala
    kepulauan kerajaan kerja kertas kesalahan keterangan keuangan kijiye kimlik kiribati királyság
    kjære klant klanten klasör klavye klavyesi klawiatura klicken klienci klient klik klinik klucz
    klávesnice kodierung kodu kolom kolumn kolumna komara kommando komponente kompression
    komprimierte komputer komunikat komutlar koneksi konfiguration konfigurationsdatei
    konfigurationsparameter konfigurationszeile koninkrijk koninkryk konnte konta konten konto
    kontor kontrak kontrolle konu konum kopia kopieren koyu koşulu kraljevina krallığı krankenhaus
    krankmeldung kreyòl kripya królestwo księgowość kullanıcı kumpulan kunci kund kunde kunden
    kunder kuningriik kursor kurulum kutu kuzey kwiecień kwota kya kyun kære königreich können
    köztársaság kümesi kütüphane laatste labor laden lajur lampiran lantai laporan largura
    lastschrift laufwerk layanan lebih lecteur ledning leere leerer lefel leitung lesen lesezeichen
    lesotho lettura letzte letzter leur leurs leverans librairie librería licenca licencia licencija
    licencja licentie licenza licença liebe liechtenstein lieferant lieferschein lieferung ligaturen
    ligação ligne liides lijst linguagem linha lipiec lipud lisans lisansı lisens lisensi lisensie
    lista liste listet listopad livraison lizentzia lizenz llamada llave lled llicència llingües
    lliw lo logiciel logistik logowanie lohn lokale lokasi loonstrook luglio lundi lunedì luty
    lyckades lycée länge línea lön lördag löschen lösenord løn lønn lørdag lýðveldið maand maandag
    maar maart maaş macelleria madaré mademoiselle magasin magazijn magazyn magazzino maggio mahalle
    mahnung maintenant maio mairie mais maison maj maklumat maksimal maksimum malawi mandag manusia
    mapp mappe mardi margem martedì martes marzec março masaüstü masukan matriz matrícula maximale
    mayús mayıs mañana med medarbeider medarbejder medarbetare meddelande medewerker mediante
    mehrere mehrfache mein meine meinten melayu melden melding meldung meneer menegak menge mengufuk
    meno menor menos mensagem mensaje mensajes menü mercado merci mercoledì mercredi merhaba meri
    merkez mesaj mese messaggio metalink metrik metzgerei mevrouw miasto miesiąc mijn minimale
    minuto mise mislukt misslyckades mitarbeiter mitarbeiterin mitglied mitglieder mittente mittwoch
    miércoles mnemonik modell modelo modificado modificato modifié modos modus mogą moins mois monat
    monde mondo montant mottagare może muebles muhasebe mundo mungkin municipalità muss muy mysz más
    märz må månad måndag måned måste mês móvil möchten mögliche möte mötesrum møde møte müdürlük
    müssen müşteri naar nach nachdem nachricht nachrichten nacional nadawca nahi nama namaste namen
    namens nas nastavení nativa nautilus ne negozio nei nel nettverk netværk netwerk netz netzwerk
    neue neuer neues nicht nie niederlassung niedziela niet nieuwe nigdy nilai noch noches noite
    nomor nooit nord norte nos notizen notre notwendige nouveau nouvelle nova novembre novembro
    noviembre novo nowa nowe nowy nueva nuevo numara numer numerische numero nummer numéro nunca
    nuova nuovo nutzen nyckel názov não nächste nächster när nätverk nå når nómina növü nøgle nøkkel
    núm número objednávka objekt objekte objekten objet obnovení obrazovka obrigada obrigado ocak
    och octobre octubre odbiorca oddział oddělení oder odotettiin oferta offene offener offert
    offerta offerte oficina oficinas ofis ogg oggetto oggi ohne oileáin okcidenta okno oktober okul
    olá onder onderwerp onsdag ontem ontvanger onze ook opciones opdatering operativo operatoren
    oppdatering oproep oprávnění opsi optionen opća ora ordenador ordinateur ordine ordini ordner
    ordre originalautoren orte ospedale ost ostatni ostatnia ostrva ostrzeżenie ottobre oturum
    outubro overschrijving pabrik pacote pada paga pagamento pago paie paiement pajak paket pakete
    paketen palang palavra panadería panah panetteria panggilan pani panjang pantalla par para
    parallele paramètre paramètres parchive parola parsen pas pasaport pasaporte paspoort passaporte
    passaporto passeport passord paszport pazartesi październik pedido pedidos pela peladen
    pelanggan pelo peluquería pemadatan pembaruan pembayaran pembelian pemecut pemilihan pemisah
    penawaran pencere pencetak pencetakan penerima pengaturan pengembang pengepala penggantian
    pengguna pengirim pengiriman penjualan penunjuk perangkat peringatan perintah permesilo permessi
    permesso permiso permisos permissão permissões permohonan pero perpustakaan personalausweis
    personeel persönliche pertama perşembe pesanan peut peuvent pfad pharmacie pidgin pierwsza
    pierwszy pietų piksel pilih pilihan pintu pinyin piso pixbuf pièce più piątek piętro plac plaka
    planta plattform plazo plein plik pliki plików poblacht podatek pode podem pojazd polecenia
    polizei poniedziałek por porte português possono poste postfach pozdrawiam počítač południowa
    połączenie pracownicy pracownik pravý prawy praxis prazo praça prefeitura premier première
    prezada prezado prima primeira primeiro primera primero primo progetto programa programm
    programma projekt projet projeto proposta prot protokol protokoll provinco prowincja proyecto
    przelew przywracanie prédio prélèvement prüfe prüfen prüfsummen publieke publika publikation
    publiskā puede pueden puerta punkte può página på północna pública płatność přihlášení připojení
    přístup qabilleştir quarta quartal quattro quelle querida querido qui quinta qırallığı rad rahi
    rapat rapor raport rapport rapporto rathaus ratón raum reale rechner rechnung rechnungen rechte
    rechten rechter recibo recursos rede referenz referenzen refspec regatul regio regione regiono
    registernamen regno regnskab regnskap regulärer reialme reihenfolge reinicio reinu reisepass
    rekursive relatório remetente remitente rendah rendez renk rennu reparto repubblica republica
    republiche republiek republik republika republikang republike republiken republikken repubulika
    repùblica república respublika respublikasy respubliko ressources restauración restaurante
    restauration restauração rete reunião reunión reuniões reĝlando richiesta richtlinie rincian
    ripristino risorse riunione riunioni rok rola rolamento rolle rollen rotiert rozhraní ruang
    rufen rufnummer ruolo rytų réglage réglages répertoire république réseau réunion réussi rôle
    rückgabetyp sabtu sadece sahara salaire salario salaris salarié salariée salg salida salle
    saludos salut saluti salvataggio salário salı samedi sammelt samoa sampah sampul samtal sangat
    satın satır satış sauvegarde sayfa sayısı saída sağ scadenza scaduta scaduto schalter scherm
    schermo schijf schließen schlüssel schlüssellänge schlüsseltabelle schlüsselwort schon schreiben
    schreibt schreinerei schule scuola secondo sede segunda segurança seguridad seguro seguros según
    sehr seit seite seiten seitenverhältnis sekolah selamat selasa selatan selon seltsames semaine
    semana sembol sempadan sempre semua senden senha senhor senhora senza septembre septiembre
    sequenz ser serveur serveurs servicio servicios servidor servidores servizi servizio serviço
    serviços serwer sesi sesión sesja sessie sessione sessão setembro settembre settimana setzen
    setzt sevkiyat seç seçenekleri seçim seçimi señor señora sfârșit sicherheit sicherung sicht
    sicurezza sida sie siehe siempre sierpień sieć signatur signaturen signor signora sigorta
    sikkerhed sikkerhet simbol simge sind sinds sipariş sistem sistema sistemi sitzung sitzungsraum
    siège sjukhus ska skal skapad skat skatt skift skjema sklep skola skript skrivare skriver
    skupina skärm sleutel složka služba smlouva sobota sobre socialista sociedad sociedade società
    société sokak solicitação solicitud soll sollen sollte sono sont sortie soubor soubory souris
    sous spalte spalten sparkasse spazio spedition spedizione speicher speichern sperre sperren
    splošno spotkanie sprachen sprzedaż spärrat spółka staat stad stampa stampante standardausgabe
    standardeingabe standort starten stata stato stellen steuer stil stipendio straat strasse straße
    strona stunde styczeń submodul suche sucursal sud sudah sueldo sul sulla sumber sunucu
    supermercado supprimé sur surat symbole symbolische systeem systemaufruf systeme systemem
    systemet systemweite système szanowna szanowny szkoła szpital sábado são säkerhet sécurité sí
    síť söndag sözleşme søknad søndag süd sürüm sütun są sıfırlama tabel tabela tabell tabella
    tabelle tabl tabla tablo tablosu tabulator tack tahun taispeáin takk takvim takım także talep
    taller también também tampak tampilkan tampoco tanda tangentbord tarde tardes targa tastatur
    tasten tastiera taut teangacha techniczny techniek technik technologien teclado teclas tecnica
    tecnico teil teile teilen teklif teknik teknis teks tela telefone telefono telefoon telemóvel
    telepon teléfono tem teması temat temel tengah tepsi terakhir terang teraz terima termijn termin
    terça teslimat tetap tetingkap teşekkürler thema ticketserver tidak tienda tiene tienen til
    tilkobling till timme tinggi tingkat tipe tipi tirsdag tischlerei tisdag tisk tiskárna titel
    tiếng tjeneste tjänst tjänsten toegang toepassing toetsenbord tombol toplantı torg torsdag
    toujours tra transaktion transaktionen transferencia transferência trennbalken tugas tunjuk
    tupel tussen tutaj tutar tydzień typ técnica técnico téléphone têm türü tüşämä tūwehe ubah
    ubezpieczenie ufficio uge uhr uhrzeit uit uitgang uke ukuran ulica ultima ultimo um umane umas
    umowa umwandeln una unas unbekannte unbekannter unbekanntes und une unerlaubter unerwartete
    unerwarteter unerwartetes ungültig ungültige ungültiger ungültiges unidad unido unidos unità
    universidad universidade universitas universiteit universitet università universität université
    uniwersytet uno unos unser unsere unsichere unsicheres unter unterschiede unterschiedliche
    unterstützte untuk uppdatering uprawnienia urlaub urlaubsantrag urlop uscita usine ustawienia
    usuaria usuario usuarios usulı usunięty usuária usuário usuários usługa usługi utan utara uten
    utente utenti utilisateur utilisateurs utilisatrice utilizador utilizadores utrawları utskrift
    utworzony uur uyarı uygulama użytkownicy użytkownik użytkownika uživatel uživatele vabariik
    vacaciones vakarų valide valido valor vandaag vanuatu var variablen varning varování vattu vecka
    vedlegg vehículo veicolo vendas vendite vendredi venerdì venezuela venlig vennlig venster
    venstre ventana ventas ventes verarbeiten verarbeitung verbinding verbindung verbunden
    verdieping verein verfügbar verfügbare vergadering vergaderzaal vergi verhalten verknüpfung
    verkoop verlag verlof verlopen versand versatz verschiedene versicherung versionen verslag
    versuch versuchen vertikal vertikale vertikaler vertrag vertrieb verwaltung verwenden verwendung
    verwijderd verzeichnis verzeichnissen verzekering verzending vestiging veículo viale viele
    vielen viernes vieša virement voertuig volle voor vor voreingestellte voreinstellung vorgegebene
    vorhandene vorlage votre vrijdag válido válidos vänster världen våning véhicule waarschuwing
    wachtwoord wadah waktu wandeln wann waren warna warnung warum ważny wczoraj wegen weil weitere
    wejście wel wenn werd werden werkstatt wert werte werten wiadomość widersprüchliche wie wieder
    wiederherstellung wiersz willkommen winkel wintab wir wird wniosek wo woche woensdag wollen
    worden wordt wrzesień wtorek wurde wurden wurzelzertifikat wygasło wyjście wypłata wyspy wysyłka
    wählen während xeral xft ya yatay yazdırma yazı yazıcı yazılım yedek yeni yeniden yetişilə yetki
    ynysoedd yönetim yıl zabezpečení zablokowany zahl zahlen zahlung zakupy zamówienie zaměstnanec
    zapadni zapasowa zarządzania zaterdag zawgyi zawsze załącznik zeichen zeichenkette zeichnen
    zeige zeigt zeile zeilen zeit zeitstempel zelle zentrale zertifikat ziehen ziekenhuis ziel
    zieldatei ziffern zijn zmieniony zondag zonder został została zostało zpráva zugang zugriff
    zugriffsrechte zulässige zum zusammenfassung zusätzliche zusätzlicher zvuk zwei zweite zwischen
    zákazník záloha às áudio ämne ändern ändert änderungszeit ändrad är åland år återställning
    åtkomst çalışan çarşamba çift çince çok çubuğu çıkış échec école écran étage était été être
    ìsulas îles ödeme öffnen ölçüsi öntanımlı última último účet über überlauf überschreiben
    überspringen überweisung üniversite üst ĝenerala środa şehir şifre şilteleme şimaliy şirket
    şubat şube šiaurės έγγραφο ήχος αραβικά δημοκρατία εντολές μιστεκ νήσοι алт астравы атол аудио
    безопасности безопасность велика верхня верхняя видео востраў гвинея гвінея горња гтк
    демократична десни десният диспетчер документ доллар журнал завдань задач заходні західна
    західний инф каралеўства керування конго королевство королівство кралство краљевина ктрл
    ліцэнзія місто након налаштування настройки нова новая обновление обновления округ оновлення
    острови острів падышалыгы панель параметры паўднёвая паўднёвы паўночны печати подій правінцыя
    проводник південний північний рабочий режим република республика республикасы республіка
    рэспубліка северна службы событий судан східна східний тай тип управление управления усходні
    утравлары файл формы центр ширина южная јужна թագավորություն հանրապետություն պատուհանի ցուցադրել
    appeler rappeler contacter prévenir prevenir joindre informer avertir kontaktieren anrufen
    zurückrufen informieren benachrichtigen contattare chiamare richiamare avvisare contactar llamar
    avisar ligar chamar informar bellen terugbellen informeren contacteren ringa kontakta kontakte
    zadzwonić powiadomić rezept rezepte oma opa befund attest akte überweisungsschein arztbrief
    geburtsort geburtsdatum geburtsname wohnort staatsangehörigkeit familienstand kundenakte
    patientenakte fiche ordonnance ricetta referto certificato receta historial receita laudo recept
    verwijzing skierowanie recepta
    """
)
# With a capital at the beginning of a sentence or a title, and no part of a name there.
ARTICLES = words("die les gli los las het een det un une uno os mein dein kein")
# What nouns of theirs end with, and people's names do not.
ENDINGS = (
    *("ción", "sión", "zione", "zioni", "ungen", "schaft"),
    *("keit", "lichkeit", "sheit", "ität", "idad", "idade", "ização", "isation"),
    *(
        "ierung",
        "igung",
        "stellung",
        "wendung",
        "nutzung",
        "tigung",
        "haltung",
        "führung",
        "bindung",
    ),
    *(
        "datei",
        "dateien",
        "verzeichnis",
        "optionen",
        "element",
        "elemente",
        "verhältnis",
        "kennung",
    ),
    *("ausgabe", "eingabe", "umgebung", "schnittstelle", "einstellungen", "protokoll", "ktion"),
    *("konto", "dienst", "schlüssel", "nummer", "gerät", "netzwerk"),
    *("abteilung", "prüfung", "meldung", "leitung", "rechnung", "buchung", "sicherung", "liste"),
)
# Behind a name: it is a company's, a school's, a street's.
OF_COMPANIES = words(
    """
    traders trading enterprise enterprises textile textiles industries industry foods sweets
    medicals medical stores store mart bazaar jewellers motors electricals electronics hospital
    clinic pharmacy school college university institute academy hotel resort palace restaurant cafe
    bagh ganj
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
    salai
    vidyalaya mahavidyalaya statue laboratories terminus memorial museum auditorium beach flyover
    receivable receivables payable payables khurd kalan budruk
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
    branch filiale sucursal agence agenzia oddział zweigstelle
    wallpaper background screensaver lake mount fort port cape bay river north south east west
    """
)
# Which nobody is called: visa for Canada.
COUNTRIES = words(
    """
    afghanistan albania algeria angola argentina armenia australia austria azerbaijan bahrain
    bangladesh belarus belgium bhutan bolivia bosnia botswana brazil bulgaria cambodia cameroon
    canada chile china colombia croatia cyprus czechia denmark ecuador egypt estonia ethiopia
    finland france germany ghana greece guatemala honduras hungary iceland indonesia iran iraq
    italy jamaica japan kazakhstan kenya korea kuwait laos latvia lebanon libya liechtenstein
    lithuania luxembourg malaysia maldives malta mexico moldova mongolia morocco mozambique
    myanmar namibia nepal netherlands nicaragua nigeria norway oman pakistan panama paraguay peru
    philippines poland portugal qatar romania russia rwanda senegal serbia singapore slovakia
    slovenia somalia spain sudan sweden switzerland syria taiwan tanzania thailand tunisia turkey
    uganda ukraine uruguay uzbekistan venezuela vietnam yemen zambia zimbabwe england scotland
    wales ireland
    """
)
