using Sida.Web.Access;

namespace Sida.Web.Components.Accounts;

/// <summary>What an administrator fills in to invite somebody.</summary>
/// <param name="Note">For whom.</param>
/// <param name="Role">As what.</param>
/// <param name="Days">How long the link works.</param>
public sealed record Invitation(string Note, SiteRole Role, int Days);
