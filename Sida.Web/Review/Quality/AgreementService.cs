using Microsoft.EntityFrameworkCore;
using Sida.Engine;
using Sida.Web.Access;
using Sida.Web.Accounts;
using Sida.Web.Work;

namespace Sida.Web.Review.Quality;

/// <summary>How much people agree, from the comparisons that were made when annotations were handed in.</summary>
internal sealed class AgreementService(AccessService access, PeopleDirectory people)
{
    /// <summary>The newest pairs; older ones don't count any more.</summary>
    private const int MaxPairs = 50_000;
    private const int MaxShown = 50;

    public async Task<Agreement> GetAsync(Caller caller, Guid projectId, CancellationToken cancellation)
    {
        await using ReviewScope scope = await access.OpenReviewAsync(caller, projectId, ProjectRole.Reviewer, cancellation);
        List<Pair> pairs = await (
            from row in scope.Db.LineComparisons.AsNoTracking().Where(row => row.ProjectId == projectId).OrderByDescending(row => row.At).Take(MaxPairs)
            join first in scope.Lines on row.First equals first.Id
            join second in scope.Lines on row.Second equals second.Id
            select new Pair
            {
                ItemId = row.ItemId,
                First = row.FirstPerson,
                Second = row.SecondPerson,
                FirstVerdict = first.Verdict,
                SecondVerdict = second.Verdict,
                At = row.At,
                SameVerdict = row.SameVerdict,
                Iou = row.Iou,
                Dice = row.Dice,
                Text = row.TextSimilarity,
                Fields = row.Text,
            }).ToListAsync(cancellation);
        Names names = await Names.OfAsync(people, pairs.Select(pair => pair.First).Concat(pairs.Select(pair => pair.Second)), cancellation);
        return new Agreement(
            pairs.Select(pair => pair.ItemId).Distinct().Count(),
            pairs.Count,
            Numbers(pairs),
            Fleiss(pairs),
            Fields(pairs),
            [
                .. pairs.SelectMany(pair => new[] { (Person: pair.First, Pair: pair), (Person: pair.Second, Pair: pair) }).GroupBy(row => row.Person)
                    .Select(group => new PersonAgreement(group.Key, names[group.Key], Numbers([.. group.Select(row => row.Pair)]))).OrderBy(row => row.Name, StringComparer.OrdinalIgnoreCase),
            ],
            [.. pairs.GroupBy(pair => pair.Couple).Select(group => Couple(group, names)).OrderBy(row => row.First, StringComparer.OrdinalIgnoreCase).ThenBy(row => row.Second, StringComparer.OrdinalIgnoreCase)],
            [.. pairs.GroupBy(pair => Monday(pair.At)).OrderBy(group => group.Key).Select(group => new WeekAgreement(group.Key, Fleiss([.. group]), Numbers([.. group])))],
            await DisagreementsAsync(scope, cancellation));
    }

    private static async Task<List<Disagreement>> DisagreementsAsync(ReviewScope scope, CancellationToken cancellation) =>
        await scope.Items.Where(item => item.Disagreement > 0).OrderByDescending(item => item.Disagreement).ThenBy(item => item.Number).Take(MaxShown)
            .Select(item => new Disagreement(
                item.Id,
                item.Number,
                item.FileName,
                item.Disagreement!.Value,
                !scope.Db.LineComparisons.Any(row => row.ItemId == item.Id && !row.SameVerdict)))
            .ToListAsync(cancellation);

    private static AgreementNumbers Numbers(IReadOnlyCollection<Pair> pairs) => pairs.Count == 0
        ? new AgreementNumbers(0, 0, null, null, 0)
        : new AgreementNumbers(pairs.Count, pairs.Average(pair => pair.SameVerdict ? 1.0 : 0), pairs.Average(pair => pair.Iou), pairs.Average(pair => pair.Dice), pairs.Average(pair => pair.Text));

    private static CoupleAgreement Couple(IGrouping<(Guid Less, Guid More), Pair> group, Names names) => new(
        names[group.Key.Less],
        names[group.Key.More],
        Kappa.Cohen([.. group.Where(pair => pair is { FirstVerdict: not null, SecondVerdict: not null }).Select(pair => pair.InOrder)]),
        Numbers([.. group]));

    private static double? Fleiss(IReadOnlyCollection<Pair> pairs) => Kappa.Fleiss(pairs.GroupBy(pair => pair.ItemId).Select(item =>
        (IReadOnlyCollection<int>)[.. item.SelectMany(pair => new[] { (Person: pair.First, Verdict: pair.FirstVerdict), (Person: pair.Second, Verdict: pair.SecondVerdict) })
            .Where(row => row.Verdict is not null).DistinctBy(row => row.Person).Select(row => (int)row.Verdict!.Value)]));

    private static Dictionary<string, double> Fields(List<Pair> pairs) => pairs.SelectMany(pair => WebJson.Read<Dictionary<string, double>>(pair.Fields)).GroupBy(field => field.Key)
        .ToDictionary(group => group.Key, group => group.Average(field => field.Value));

    private static DateOnly Monday(DateTimeOffset time)
    {
        DateOnly day = DateOnly.FromDateTime(time.UtcDateTime);
        return day.AddDays(-(((int)day.DayOfWeek + 6) % 7));
    }

    private sealed class Pair
    {
        public required Guid ItemId { get; init; }

        public required Guid First { get; init; }

        public required Guid Second { get; init; }

        public Verdict? FirstVerdict { get; init; }

        public Verdict? SecondVerdict { get; init; }

        public required DateTimeOffset At { get; init; }

        public required bool SameVerdict { get; init; }

        public double? Iou { get; init; }

        public double? Dice { get; init; }

        public required double Text { get; init; }

        public required string Fields { get; init; }

        public (Guid Less, Guid More) Couple => First.CompareTo(Second) < 0 ? (First, Second) : (Second, First);

        /// <summary>The two verdicts in the order of the couple, so that who is who doesn't change from item to item.</summary>
        public (int, int) InOrder => First.CompareTo(Second) < 0 ? ((int)FirstVerdict!, (int)SecondVerdict!) : ((int)SecondVerdict!, (int)FirstVerdict!);
    }
}
