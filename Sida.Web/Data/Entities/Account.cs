using Microsoft.AspNetCore.Identity;
using Sida.Web.Access;

namespace Sida.Web.Data.Entities;

/// <summary>A person who can sign in. The e-mail address is the name for signing in.</summary>
internal sealed class Account : IdentityUser<Guid>, IOwned
{
    /// <summary>Whose data the person may touch: the owner that their browser already was, or a new one. No two accounts share one.</summary>
    public required Guid OwnerId { get; init; }

    /// <summary>What others see.</summary>
    public required string DisplayName { get; set; }

    public required SiteRole Role { get; set; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the person last signed in.</summary>
    public DateTimeOffset? SignedInAt { get; set; }

    /// <summary>Since when an administrator keeps the person out; null for everybody who may sign in.</summary>
    public DateTimeOffset? DisabledAt { get; set; }
}
