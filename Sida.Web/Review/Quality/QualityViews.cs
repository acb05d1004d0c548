using Sida.Engine;
using Sida.Engine.Imaging;
using Sida.Web.Data.Entities.Review;

namespace Sida.Web.Review.Quality;

/// <summary>How much people agree where several annotated the same items.</summary>
/// <param name="Items">Items with at least two annotations.</param>
/// <param name="Pairs">Pairs of annotations.</param>
/// <param name="Total">All pairs together.</param>
/// <param name="FleissKappa">Agreement on verdicts beyond chance, of all people; null where it isn't defined.</param>
/// <param name="TextByField">Mean similarity of explanations by field, 0..1.</param>
/// <param name="People">Each person with everybody else.</param>
/// <param name="Couples">Each two people.</param>
/// <param name="Weeks">By the week in which the later annotation was handed in.</param>
/// <param name="Disagreements">Where they differ most.</param>
public sealed record Agreement(
    int Items,
    int Pairs,
    AgreementNumbers Total,
    double? FleissKappa,
    IReadOnlyDictionary<string, double> TextByField,
    IReadOnlyList<PersonAgreement> People,
    IReadOnlyList<CoupleAgreement> Couples,
    IReadOnlyList<WeekAgreement> Weeks,
    IReadOnlyList<Disagreement> Disagreements);

/// <summary>Means over pairs of annotations.</summary>
/// <param name="Pairs">How many.</param>
/// <param name="SameVerdict">Part with the same verdict, 0..1.</param>
/// <param name="MeanIou">Mean intersection over union, of pairs in which something is marked; null for none.</param>
/// <param name="MeanDice">Mean Dice coefficient of the same pairs.</param>
/// <param name="MeanText">Mean similarity of the explanations, 0..1.</param>
public sealed record AgreementNumbers(int Pairs, double SameVerdict, double? MeanIou, double? MeanDice, double MeanText);

/// <summary>One person and everybody else.</summary>
/// <param name="Person">Who.</param>
/// <param name="Name">As they are called.</param>
/// <param name="Numbers">Means over the pairs with this person.</param>
public sealed record PersonAgreement(Guid Person, string Name, AgreementNumbers Numbers);

/// <summary>Two people.</summary>
/// <param name="First">Who.</param>
/// <param name="Second">With whom.</param>
/// <param name="CohenKappa">Agreement on verdicts beyond chance; null where it isn't defined.</param>
/// <param name="Numbers">Means over their pairs.</param>
public sealed record CoupleAgreement(string First, string Second, double? CohenKappa, AgreementNumbers Numbers);

/// <summary>A week.</summary>
/// <param name="Monday">Its first day.</param>
/// <param name="FleissKappa">Of the week's items; null where it isn't defined.</param>
/// <param name="Numbers">Means over the week's pairs.</param>
public sealed record WeekAgreement(DateOnly Monday, double? FleissKappa, AgreementNumbers Numbers);

/// <summary>An item about which people differ.</summary>
/// <param name="ItemId">Which.</param>
/// <param name="Number">Its number in the project.</param>
/// <param name="FileName">Its picture's file.</param>
/// <param name="Amount">0 all the same .. 1 nothing the same.</param>
/// <param name="SameVerdict">Whether all chose the same verdict.</param>
public sealed record Disagreement(Guid ItemId, int Number, string FileName, double Amount, bool SameVerdict);

/// <summary>How people did on items whose answer is known.</summary>
/// <param name="Items">Honeypots in the project.</param>
/// <param name="People">Each person.</param>
public sealed record HoneypotReport(int Items, IReadOnlyList<HoneypotScore> People);

/// <summary>One person's honeypots.</summary>
/// <param name="Person">Who.</param>
/// <param name="Name">As they are called.</param>
/// <param name="Done">How many they handed in.</param>
/// <param name="RightVerdict">Part with the known verdict, 0..1.</param>
/// <param name="MeanIou">Mean intersection over union with the known mask, where something is marked; null for none.</param>
public sealed record HoneypotScore(Guid Person, string Name, int Done, double RightVerdict, double? MeanIou);

/// <summary>A project's work and what it says of the model.</summary>
/// <param name="Counts">Items by state.</param>
/// <param name="Submissions">Annotations that were handed in.</param>
/// <param name="ReturnRate">Part of what was handed in that a reviewer sent back, 0..1; null when nothing was handed in.</param>
/// <param name="MedianSeconds">Median time from opening to handing in, pauses left out; null for none.</param>
/// <param name="Days">What happened on each of the last days, the oldest first.</param>
/// <param name="People">Each annotator.</param>
/// <param name="Models">Models that the project's items were given to, by name.</param>
/// <param name="Model">The model against the experts; null when nothing was accepted.</param>
public sealed record Dashboard(
    IReadOnlyDictionary<ItemState, int> Counts,
    int Submissions,
    double? ReturnRate,
    double? MedianSeconds,
    IReadOnlyList<DayWork> Days,
    IReadOnlyList<PersonWork> People,
    IReadOnlyList<string> Models,
    ModelReport? Model);

/// <summary>A day.</summary>
/// <param name="Day">Which, UTC.</param>
/// <param name="Submitted">Annotations handed in.</param>
/// <param name="Accepted">Items accepted.</param>
/// <param name="Returned">Annotations sent back.</param>
public sealed record DayWork(DateOnly Day, int Submitted, int Accepted, int Returned);

/// <summary>One annotator's work.</summary>
/// <param name="Person">Who.</param>
/// <param name="Name">As they are called.</param>
/// <param name="Submitted">Annotations handed in.</param>
/// <param name="Returned">How often one was sent back.</param>
/// <param name="MedianSeconds">Median time from opening to handing in, pauses left out.</param>
public sealed record PersonWork(Guid Person, string Name, int Submitted, int Returned, double? MedianSeconds);

/// <summary>The model against what experts accepted.</summary>
/// <param name="Items">Accepted items that a model was asked about.</param>
/// <param name="Right">Part with the right verdict, 0..1.</param>
/// <param name="MeanIou">Mean intersection over union where the expert or the model marked something; null for none.</param>
/// <param name="Confusion">How often the model said what where the experts said what.</param>
/// <param name="Areas">By the place of the expert's mask.</param>
/// <param name="Reasons">By the experts' reasons, the most frequent first.</param>
public sealed record ModelReport(
    int Items, double Right, double? MeanIou, IReadOnlyList<ConfusionCell> Confusion, IReadOnlyList<ModelSlice<MaskPlace?>> Areas, IReadOnlyList<ModelSlice<string>> Reasons);

/// <summary>A cell of the confusion matrix.</summary>
/// <param name="Expert">What the experts said.</param>
/// <param name="Model">What the model said.</param>
/// <param name="Count">How often.</param>
public sealed record ConfusionCell(Verdict Expert, Verdict Model, int Count);

/// <summary>A part of the accepted items.</summary>
/// <typeparam name="T">By what they are parted.</typeparam>
/// <param name="By">Which part.</param>
/// <param name="Items">How many.</param>
/// <param name="Wrong">Part with a wrong verdict of the model, 0..1.</param>
/// <param name="MeanIou">Mean intersection over union of the model's masks; null for none.</param>
public sealed record ModelSlice<T>(T By, int Items, double Wrong, double? MeanIou);

/// <summary>An entry of the audit log.</summary>
/// <param name="Id">Names it.</param>
/// <param name="At">When.</param>
/// <param name="Actor">Who.</param>
/// <param name="ActorName">As they are called.</param>
/// <param name="ByProgram">Whether it was done with an API key.</param>
/// <param name="Action">What.</param>
/// <param name="ItemId">With which item.</param>
/// <param name="ItemNumber">Its number in the project.</param>
/// <param name="Details">What is worth knowing of it.</param>
public sealed record AuditView(
    Guid Id, DateTimeOffset At, Guid Actor, string ActorName, bool ByProgram, AuditAction Action, Guid? ItemId, int? ItemNumber, System.Text.Json.JsonElement Details);
