using Sida.Web.Accounts;

namespace Sida.Web.Review;

/// <summary>What people are called, for a view that names several.</summary>
/// <param name="Known">Names by owner id.</param>
internal sealed record Names(IReadOnlyDictionary<Guid, string> Known)
{
    private const string Gone = "somebody without an account";

    /// <summary>What somebody is called.</summary>
    public string this[Guid person] => Known.GetValueOrDefault(person, Gone);

    public static async Task<Names> OfAsync(PeopleDirectory people, IEnumerable<Guid> persons, CancellationToken cancellation)
    {
        Guid[] distinct = [.. persons.Distinct()];
        return new Names(distinct.Length == 0 ? new Dictionary<Guid, string>() : await people.NamesAsync(distinct, cancellation));
    }
}
